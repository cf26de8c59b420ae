"""What visitors can make Rasa do, what they cannot, and what it remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from clinicbot.errors import InvalidInput
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.storage.turn import SqlTurn
from tests.integration.bot_fixtures import Rig

pytestmark = [pytest.mark.model, pytest.mark.asyncio]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many dialogue events each turn loaded."""
    numbers: list[int] = []
    load = SqlTurn.load_session

    def counted(turn: SqlTurn) -> list[dict[str, Any]]:
        events = load(turn)
        numbers.append(len(events))
        return events

    monkeypatch.setattr(SqlTurn, "load_session", counted)
    yield numbers


def choice(name: str) -> VisitorMessage:
    return VisitorMessage("c", "choice-" + name, type="choice", choice=name)


def form(**fields: str) -> VisitorMessage:
    return VisitorMessage("c", "form", type="form", fields=fields)


async def test_blank_lines_of_a_response_make_blocks_and_its_metadata_the_kind(rig: Rig) -> None:
    message = (await rig.ask("hello"))[1].message
    texts = [block["text"] for block in message["blocks"]]
    assert texts == ["Hello.", "How can I help?"]
    assert message["kind"] == "small_talk"
    assert message["answer"] is None


@pytest.mark.parametrize(
    "text",
    ["/restart", "//restart", " /restart", "\u200b/restart", "\uff0frestart", "/back"],
)
async def test_a_typed_command_is_text_and_keeps_the_context(rig: Rig, text: str) -> None:
    await rig.ask("how long is the downtime for prp")
    events = await rig.ask(text)
    assert events[0].message["text"] == text
    types = {row[0] for row in rig.rows("SELECT type FROM tracker_events")}
    assert not types & {"restart", "rewind"}
    assert "'subject': 'prp'" in await rig.say("who am i")


@pytest.mark.parametrize(
    "text", ['/ask_downtime{"private": "Eve"}', '/request_callback{"callback_name":"E"}']
)
async def test_a_typed_intent_with_entities_is_text(rig: Rig, text: str) -> None:
    await rig.ask(text)
    assert rig.count("callback_requests") == 0
    (stored,) = [
        json.loads(row[0]) if isinstance(row[0], str) else row[0]
        for row in rig.rows("SELECT data FROM tracker_events WHERE type='user'")
    ]
    assert not stored["text"].startswith("/")
    assert stored["parse_data"]["entities"] == []
    assert stored["parse_data"]["intent"]["confidence"] < 1


async def test_an_external_prefix_is_text(rig: Rig) -> None:
    await rig.ask("EXTERNAL: call_me")
    stored = rig.rows("SELECT data FROM tracker_events WHERE type='user'")[0][0]
    assert "EXTERNAL" not in str(stored)


async def test_an_offered_answer_is_given_for_its_id(rig: Rig) -> None:
    await rig.ask("offer me something")
    events = await rig.bot.answer(choice("answer:ask_downtime/exosomes"))
    assert events[0].message == {
        "type": "choice",
        "choice": "answer:ask_downtime/exosomes",
        "text": "Downtime for exosomes",
    }
    assert events[1].message["answer"] == {"id": "ask_downtime/exosomes", "release": 3}


async def test_an_offered_intent_is_followed(rig: Rig) -> None:
    await rig.ask("offer me something")
    events = await rig.bot.answer(choice("intent:greet"))
    assert events[1].message["kind"] == "small_talk"


@pytest.mark.parametrize("name", ["intent:call_me", "intent:restart", "answer:a/b", "", "intent:"])
async def test_a_choice_that_was_not_offered_is_refused(rig: Rig, name: str) -> None:
    await rig.ask("offer me something")
    before = rig.counts()
    with pytest.raises(InvalidInput):
        await rig.bot.answer(choice(name))
    assert rig.counts() == before


async def test_a_choice_offered_more_than_twenty_events_ago_is_refused(rig: Rig) -> None:
    await rig.ask("offer me something")
    for _ in range(9):
        await rig.ask("hello")
    await rig.bot.answer(choice("intent:greet"))
    with pytest.raises(InvalidInput):
        await rig.bot.answer(choice("answer:ask_downtime/exosomes"))


async def test_an_offered_form_records_what_was_filled_in(rig: Rig) -> None:
    await rig.ask("offer me something")
    events = await rig.bot.answer(form(name="Bea", contact="555"))
    assert events[1].message["kind"] == "booking"
    ((reference, name, contact, conversation_id, status),) = rig.rows(
        "SELECT reference, name, contact, conversation_id, status FROM callback_requests"
    )
    assert (name, contact, conversation_id, status) == ("Bea", "555", "c", "new")
    assert reference in events[1].message["blocks"][0]["text"]


@pytest.mark.parametrize("fields", [{}, {"other": "x"}, {"name": "Bea", "subject": "x"}])
async def test_a_form_with_fields_that_were_not_offered_is_refused(
    rig: Rig, fields: dict[str, str]
) -> None:
    await rig.ask("offer me something")
    with pytest.raises(InvalidInput):
        await rig.bot.answer(form(**fields))


async def test_a_form_that_was_never_offered_is_refused(rig: Rig) -> None:
    await rig.ask("hello")
    with pytest.raises(InvalidInput):
        await rig.bot.answer(form(name="Bea"))


async def test_a_new_session_takes_topic_and_subject_along_and_nothing_else(rig: Rig) -> None:
    rig.restart(session_turns=2)
    await rig.ask("how long is the downtime for prp")
    within = await rig.say("who am i")
    assert within == "{'topic': 'ask_downtime', 'subject': 'prp', 'private': 'Ann'}"
    later = await rig.say("who am i")
    assert later == "{'topic': 'ask_downtime', 'subject': 'prp', 'private': None}"
    assert {row[0] for row in rig.rows("SELECT session FROM tracker_events")} == {1, 2}


async def test_silence_starts_a_new_session(rig: Rig) -> None:
    await rig.ask("how long is the downtime for prp")
    now = rig.turns._now
    rig.turns._now = lambda: now() + timedelta(minutes=59)
    assert "'private': 'Ann'" in await rig.say("who am i")
    rig.turns._now = lambda: now() + timedelta(minutes=59 + 61)
    assert "'private': None" in await rig.say("who am i")


async def test_the_two_hundredth_turn_loads_no_more_than_the_thirtieth(
    rig: Rig, loaded: list[int]
) -> None:
    rig.restart(session_turns=10)
    for _ in range(200):
        await rig.ask("who am i")
    assert len(loaded) == 200
    assert max(loaded[:30]) == max(loaded[-30:])
    assert max(loaded) <= 10 * 6 + 4
    assert rig.count("tracker_events") > 1000


async def test_loading_a_session_uses_the_index(rig: Rig) -> None:
    if rig.storage.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans small tables whatever their indexes.")
    plan = rig.rows(
        "EXPLAIN QUERY PLAN SELECT data FROM tracker_events "
        "WHERE conversation_id='c' AND session=1 ORDER BY seq"
    )
    assert "ix_tracker_events_session (conversation_id=? AND session=?)" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
