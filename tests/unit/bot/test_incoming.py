"""What a visitor sent, as Rasa may see it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from clinicbot.bot.incoming import neutralize, read_message
from clinicbot.errors import InvalidInput
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage


def assistant(*blocks: dict[str, Any], n: int = 2) -> ChatEvent:
    message = {"blocks": list(blocks), "answer": None, "kind": "clarify"}
    return ChatEvent(n, "assistant", datetime.now(timezone.utc), message)


def choices(*ids: str) -> dict[str, Any]:
    return {"type": "choices", "items": [{"id": name, "title": name.upper()} for name in ids]}


def offered_form(name: str, *fields: str) -> dict[str, Any]:
    return {"type": "form", "id": name, "fields": [{"name": field} for field in fields]}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("does PRP hurt?", "does PRP hurt?"),
        ("/restart", "restart"),
        (" // /restart", "restart"),
        ('/greet{"name": "x"}', 'greet{"name": "x"}'),
        ("EXTERNAL: book", "book"),
        ("/external :/EXTERNAL: book", "book"),
        ("\u200bEX\u200bTERNAL: book", "book"),
        ("\uff0fbook", "book"),
        ("\u202e/book", "book"),
        ("and/or", "and/or"),
        ("what is external: use?", "what is external: use?"),
        ("external hair loss", "external hair loss"),
        ("two\nlines", "two\nlines"),
        ("/", "?"),
        ("EXTERNAL:", "?"),
        ("\u200b", "?"),
    ],
)
def test_nothing_typed_reaches_rasa_as_a_command(typed: str, read: str) -> None:
    assert neutralize(typed) == read


def test_typed_text_is_kept_as_typed() -> None:
    incoming = read_message(VisitorMessage("c", "m", text=" /Restart "), [])
    assert incoming.shown == {"type": "text", "text": " /Restart "}
    assert incoming.parse_data is None


def test_a_chosen_answer_means_its_id() -> None:
    message = VisitorMessage("c", "m", type="choice", choice="answer:ask_a/b")
    incoming = read_message(message, [assistant(choices("answer:ask_a/b"))])
    assert incoming.text == "ANSWER:ASK_A/B"
    assert incoming.parse_data["intent"]["name"] == "ask_a"
    assert incoming.parse_data["entities"] == [{"entity": "answer_id", "value": "ask_a/b"}]


def test_a_chosen_intent_means_that_intent() -> None:
    message = VisitorMessage("c", "m", type="choice", choice="intent:book")
    incoming = read_message(message, [assistant(choices("intent:book"))])
    assert incoming.parse_data["intent"]["name"] == "book"
    assert incoming.parse_data["entities"] == []


def test_what_a_visitor_wrote_is_no_offer() -> None:
    said = {"type": "text", "text": "x", "blocks": [choices("intent:book")]}
    event = ChatEvent(1, "visitor", datetime.now(timezone.utc), said)
    with pytest.raises(InvalidInput):
        read_message(VisitorMessage("c", "m", type="choice", choice="intent:book"), [event])


@pytest.mark.parametrize("name", ["intent:restart", "intent:session_start", "intent:back"])
def test_rasas_own_commands_cannot_be_chosen_even_if_offered(name: str) -> None:
    message = VisitorMessage("c", "m", type="choice", choice=name)
    with pytest.raises(InvalidInput):
        read_message(message, [assistant(choices(name))])


def test_a_form_is_read_against_the_one_offered_last() -> None:
    recent = [assistant(offered_form("callback", "name")), assistant(offered_form("other", "city"))]
    message = VisitorMessage("c", "m", type="form", fields={"city": "Bern"})
    incoming = read_message(message, recent)
    assert incoming.parse_data["intent"]["name"] == "request_other"
    assert incoming.parse_data["entities"] == [{"entity": "other_city", "value": "Bern"}]
    with pytest.raises(InvalidInput):
        read_message(VisitorMessage("c", "m", type="form", fields={"name": "Ann"}), recent)


def test_the_text_of_a_form_holds_nothing_personal() -> None:
    recent = [assistant(offered_form("callback", "name"))]
    message = VisitorMessage("c", "m", type="form", fields={"name": "Ann"})
    incoming = read_message(message, recent)
    assert "Ann" not in incoming.text
    assert incoming.shown == {"type": "form", "form": "callback", "fields": {"name": "Ann"}}


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d"])
def test_what_no_database_can_store_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_message(VisitorMessage("c", "m", text=text), [])
