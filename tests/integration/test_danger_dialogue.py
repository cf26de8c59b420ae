"""What danger does to a conversation: our domain, rules, policies, actions and database, with a
keyword for each intent in place of the language pipeline."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk.executor import ActionExecutor

from clinicbot import bootstrap
from clinicbot.errors import Paused, TurnFailed
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.settings import PROJECT_ROOT, load_settings
from tests.integration.keyword_project import keyword, write_keyword_project
from tests.integration.tiny_project import train
from tests.visitor import Said

pytestmark = pytest.mark.model

PERSONAL = ("callback_name", "callback_contact")


@dataclass
class Chat:
    """A conversation with a bot in this process."""

    bot: Any
    services: Any
    id: str = "c"

    def send(self, message_type: str, **values: Any) -> Said:
        message = VisitorMessage(self.id, uuid.uuid4().hex, message_type, **values)  # type: ignore[arg-type]
        events = asyncio.run(self._answer(message))
        return Said([dict(e.message) for e in events if e.type == "assistant"])

    async def _answer(self, message: VisitorMessage) -> Any:
        return await self.bot.answer(message)

    def say(self, text: str) -> Said:
        return self.send("text", text=text)

    def mean(self, *intents: str) -> Said:
        """Says these things one after the other; gives what the last one got."""
        return [self.say(keyword(intent)) for intent in intents][-1]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.services.storage.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def tracker(self) -> DialogueStateTracker:
        """The dialogue of the current session, as it is stored."""
        newest = "(SELECT max(session) FROM tracker_events)"
        rows = self.rows(f"SELECT data FROM tracker_events WHERE session={newest} ORDER BY seq")
        slots = self.bot._runner._agent.domain.slots
        return DialogueStateTracker.from_dict("c", [json.loads(row[0]) for row in rows], slots)

    def personal(self) -> list[Any]:
        return [self.tracker().get_slot(name) for name in PERSONAL]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keywords")
    write_keyword_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PROJECT_ROOT))  # the policies are ours
        return train(folder)


@pytest.fixture
def chat(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setenv("CLINIC_VAR", str(tmp_path))
    monkeypatch.setattr(bootstrap, "_services", None)
    settings = load_settings()
    services = bootstrap.build_services(settings)
    bot = bootstrap.build_bot(settings, services)
    bot.start(model)
    soon = datetime.now(timezone.utc) + timedelta(hours=1)
    services.conversations.open("c", "https://clinic.example", soon)
    yield Chat(bot, services)
    bot.stop()
    services.storage.close()


@pytest.fixture
def actions_fail(monkeypatch: pytest.MonkeyPatch) -> Any:
    """From its call on, every custom action fails."""

    async def fail(*args: Any) -> None:
        raise RuntimeError("the actions are broken")

    return lambda: monkeypatch.setattr(ActionExecutor, "run", fail)


def start_request(chat: Chat, *given: str) -> None:
    chat.mean("book")
    for words in given:
        chat.say(words)
    assert chat.tracker().active_loop_name == "callback_form"
    assert (chat.personal()[0] is not None) is bool(given)


DANGERS = ["emergency", "self_harm", "urgent", "drug_reaction", "minor", "distress", "threat"]


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize("given", [(), ("Jane Doe",)])
def test_danger_ends_a_request_and_forgets_it_while_the_actions_fail(
    chat, actions_fail, danger, given
):
    start_request(chat, *given)
    actions_fail()
    said = chat.mean(f"safety_{danger}")
    assert said.kinds == ["safety"]
    assert chat.personal() == [None, None]
    assert chat.tracker().active_loop_name is None
    assert chat.tracker().get_slot("requested_slot") is None
    assert chat.tracker().get_slot("danger") == danger
    assert chat.rows("SELECT count(*) FROM callback_requests") == [(0,)]
    assert chat.rows("SELECT count(*) FROM form_values") == [(0,)]


def test_a_number_given_before_the_danger_is_not_used_for_a_later_request(chat):
    chat.say("614-889-1234")
    start_request(chat, "Jane Doe")
    chat.mean("safety_distress", "book")
    assert chat.personal() == [None, None]


def test_private_data_keep_the_request_and_fill_nothing_while_the_actions_fail(chat, actions_fail):
    start_request(chat, "Jane Doe")
    actions_fail()
    said = chat.mean("safety_private_data")
    assert said.kinds == ["safety", "booking"]
    assert "phone number or e-mail" in said.text
    assert chat.tracker().active_loop_name == "callback_form"
    assert chat.tracker().get_slot("requested_slot") == "callback_contact"
    assert chat.tracker().get_slot("callback_contact") is None


def test_the_request_goes_on_after_private_data(chat):
    start_request(chat, "Jane Doe")
    chat.mean("safety_private_data")
    chat.say("614-889-1234")
    ((name, contact, key),) = chat.rows("SELECT name, contact, contact_key FROM callback_requests")
    assert (name, contact, key) == ("Jane Doe", "614-889-1234", "+16148891234")


def test_private_data_outside_a_request_begin_none(chat):
    assert chat.mean("safety_private_data").kinds == ["safety"]
    assert chat.tracker().get_slot("danger") is None


@pytest.mark.parametrize("danger", ["emergency", "self_harm", "urgent"])
@pytest.mark.parametrize("next_words", ["brrr", keyword("affirm"), keyword("goodbye")])
def test_what_is_not_understood_after_danger_gets_the_help_again_while_the_actions_fail(
    chat, actions_fail, danger, next_words
):
    actions_fail()
    first = chat.mean(f"safety_{danger}")
    again = chat.say(next_words)
    assert again.kinds == ["safety"]
    assert again.text != first.text
    assert ("911" in again.text) and (danger != "self_harm" or "988" in again.text)


def test_a_clear_question_after_danger_is_answered_without_offers(chat):
    plain = chat.mean("ask_price")
    assert "intent:book" in plain.choices
    quiet = chat.mean("safety_self_harm", "ask_price")
    assert quiet.kinds == ["answer"] and quiet.answer == plain.answer
    assert "intent:book" not in quiet.choices


def test_later_an_unclear_message_gets_the_honest_no_answer(chat):
    chat.mean("safety_emergency", "ask_price", "ask_price")
    said = chat.say("brrr")
    assert "safety" not in said.kinds
    assert "intent:book" not in said.choices


def test_the_quiet_lasts_into_a_new_session_and_the_help_too(chat, monkeypatch):
    chat.mean("safety_emergency")
    turns = chat.bot._turns
    now = turns._now
    monkeypatch.setattr(turns, "_now", lambda: now() + timedelta(minutes=61))
    assert chat.say("brrr").kinds == ["safety"]
    assert {row[0] for row in chat.rows("SELECT session FROM tracker_events")} == {1, 2}
    assert chat.tracker().get_slot("abuse_count") == 0
    assert "intent:book" not in chat.mean("ask_price").choices


def test_who_asks_to_book_after_distress_may_and_staff_talk_first(chat):
    said = chat.mean("safety_distress", "book")
    assert said.kinds[0] == "booking"
    chat.say("Jane Doe")
    chat.say("jane@example.com")
    assert chat.rows("SELECT talk_first, contact_key FROM callback_requests") == [
        (True, "jane@example.com")
    ]


@pytest.mark.parametrize("wish", ["book", "request_human"])
def test_no_request_is_taken_from_a_minor(chat, wish):
    said = chat.mean("safety_minor", wish)
    assert said.kinds == ["safety"]
    assert "parent or guardian" in said.text
    assert chat.tracker().active_loop_name is None


def test_abuse_is_answered_limited_and_then_paused(chat):
    first, second, third = (chat.mean("abuse") for _ in range(3))
    assert "hair loss" in first.text and "polite" in second.text
    assert "10 minutes" in third.text
    assert chat.tracker().get_slot("abuse_count") == 3
    assert all(said.kinds == ["small_talk"] for said in (first, second, third))


def test_after_the_third_abuse_nothing_is_answered_for_a_while(chat, monkeypatch):
    chat.mean("abuse", "abuse", "abuse")
    with pytest.raises(Paused) as caught:
        chat.mean("ask_price")
    assert 590 < caught.value.retry_after <= 600
    now = chat.bot._turns._now
    monkeypatch.setattr(chat.bot._turns, "_now", lambda: now() + timedelta(minutes=10))
    assert chat.mean("ask_price").kinds == ["answer"]


@pytest.mark.parametrize(
    ("danger", "flags"),
    [("emergency", ["emergency"]), ("self_harm", ["crisis"]), ("private_data", [])],
)
def test_staff_find_the_turn_by_its_flag(chat, danger, flags):
    said = chat.mean(f"safety_{danger}")
    assert "flag" not in said.messages[0]
    assert [row[0] for row in chat.rows("SELECT flag FROM flags WHERE n=1")] == flags


def test_abuse_in_a_new_session_starts_at_the_beginning(chat, monkeypatch):
    chat.mean("abuse", "abuse")
    turns = chat.bot._turns
    now = turns._now
    monkeypatch.setattr(turns, "_now", lambda: now() + timedelta(minutes=61))
    assert "hair loss" in chat.mean("abuse").text


def test_s25_while_the_actions_fail_no_request_is_confirmed(chat, actions_fail):
    actions_fail()
    with pytest.raises(TurnFailed):
        chat.mean("book")
    assert chat.rows("SELECT count(*) FROM chat_events") == [(0,)]
