"""Danger is answered without a model: found by phrases, masked, stored once."""

from __future__ import annotations

import pytest

from clinicbot.errors import InvalidInput, NotFound, StorageUnavailable
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.services.first_aid import HEAD_CHARS, FirstAid
from tests.fake_first_aid import (
    FakeBlockingTurns,
    FakeTurn,
    fake_first_aid,
    real_patterns,
    real_texts,
)
from tests.fakes import FIRST_MOMENT, FakeConversations

CHEST = "I have chest pain and I can't catch my breath"


@pytest.fixture
def turns() -> FakeBlockingTurns:
    conversations = FakeConversations()
    conversations.open("c", "none", FIRST_MOMENT)
    return FakeBlockingTurns(conversations)


@pytest.fixture
def aid(turns: FakeBlockingTurns) -> FirstAid:
    return fake_first_aid(turns)


def message(text: str = CHEST, client_id: str = "m1") -> VisitorMessage:
    return VisitorMessage("c", client_id, text=text)


def test_every_danger_that_a_phrase_finds_has_a_text_with_a_way_to_help() -> None:
    texts = real_texts()
    assert set(real_patterns().intents) == set(texts)
    assert not [t.intent for t in texts.values() if not any(c.isdigit() for c in t.plain)]
    assert not [t.intent for t in texts.values() if "{" in t.plain or "}" in t.plain]


@pytest.mark.parametrize(
    "text",
    [
        CHEST,
        CHEST.upper(),
        "i can\u2019t\nbreathe",
        "I can't\u200b brea\u00adthe",
        "\uff49 \uff43\uff41\uff4e\uff07\uff54 breathe",
    ],
)
def test_danger_is_found_however_it_is_typed(aid: FirstAid, text: str) -> None:
    assert aid.find(text) == "safety_emergency"


def test_a_question_is_no_danger(aid: FirstAid) -> None:
    assert aid.find("how long is the downtime for PRP?") is None
    assert aid.help("my follicles are dying") is None
    assert aid.find("") is None


@pytest.mark.parametrize("before", [0, 5, HEAD_CHARS * 4])
def test_danger_is_found_at_the_beginning_and_end_of_a_text_that_is_too_long(
    aid: FirstAid, before: int
) -> None:
    assert aid.find("hair " * (before // 5) + CHEST) == "safety_emergency"
    assert aid.find(CHEST + " hair" * (before // 5)) == "safety_emergency"


def test_the_turn_is_stored_as_the_bot_would(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    events = aid.answer(message())
    assert [(event.n, event.type) for event in events] == [(1, "visitor"), (2, "assistant")]
    assert events[0].message == {"type": "text", "text": CHEST}
    said = events[1].message
    assert (said["kind"], said["answer"]) == ("safety", None)
    assert said["blocks"] == [dict(b) for b in real_texts()["safety_emergency"].blocks]
    log = turns.turns[0].log
    assert (log.intent, log.kind, log.confidence) == ("safety_emergency", "safety", 1.0)
    flag = real_texts()["safety_emergency"].flag
    assert tuple(log.flags) == ((flag,) if flag else ())


def test_the_same_id_again_gets_the_same_events(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    first = aid.answer(message())
    assert aid.answer(message()) == first
    assert len(turns.conversations.events["c"]) == 2
    assert len(aid.answer(message(client_id="m2"))) == 2
    assert len(turns.conversations.events["c"]) == 4


def test_what_is_stored_is_masked_with_what_the_form_was_given(
    aid: FirstAid, turns: FakeBlockingTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeTurn, "form", {"callback_name": "Ann Lee", "topic": "chest pain"})
    events = aid.answer(message("tell Ann Lee 614-889-1234 that " + CHEST))
    assert events[0].message["text"] == "tell [name] [phone number] that " + CHEST
    assert "Ann Lee" not in str(turns.turns[0].session)
    assert "889" not in str(turns.turns[0].session)


def test_a_half_filled_form_is_over(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    aid.answer(message())
    # Which also deletes what was filled in.
    assert turns.turns[0].calls == ["start_session"]


def test_the_next_turn_knows_the_danger(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    aid.answer(message())
    events = turns.turns[0].session
    assert {"event": "slot", "name": "danger", "value": "emergency"} in events
    assert events[-1] == {"event": "action", "name": "action_listen"}


def test_without_danger_nothing_is_stored(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    with pytest.raises(InvalidInput):
        aid.answer(message("how long is the downtime?"))
    assert turns.turns == []


def test_what_the_storage_says_is_passed_on(aid: FirstAid, turns: FakeBlockingTurns) -> None:
    with pytest.raises(NotFound):
        aid.answer(VisitorMessage("gone", "m1", text=CHEST))
    turns.error = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        aid.answer(message())
