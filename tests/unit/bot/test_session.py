"""When a session is over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.bot.session import SessionLimits, carried_slots, start_events
from clinicbot.services.turns import Session

NOW = datetime.now(timezone.utc)
LIMITS = SessionLimits(turns=30, minutes=60)


@pytest.mark.parametrize(
    ("turns", "minutes", "in_form", "over"),
    [
        (0, 0, False, False),
        (29, 0, False, False),
        (30, 0, False, True),
        (30, 0, True, False),
        (60, 0, True, True),
        (1, 59, False, False),
        (1, 61, False, True),
        (1, 61, True, True),
    ],
)
def test_turns_and_silence_end_a_session(
    turns: int, minutes: int, in_form: bool, over: bool
) -> None:
    session = Session(1, turns, NOW - timedelta(minutes=minutes))
    assert LIMITS.is_over(session, NOW, in_form) is over


def test_a_session_starts_as_rasa_would_start_it() -> None:
    kinds = [event.type_name for event in start_events({"topic": "ask_price"})]
    assert kinds == ["action", "session_started", "slot", "action"]


SLOTS = Domain.from_yaml(
    """
    version: "3.1"
    slots:
      topic: {type: text, mappings: [{type: custom}]}
      danger: {type: text, mappings: [{type: custom}]}
      recent_danger: {type: text, mappings: [{type: custom}]}
      abuse_count: {type: float, mappings: [{type: custom}]}
      callback_name: {type: text, mappings: [{type: custom}]}
      callback_contact: {type: text, mappings: [{type: custom}]}
    """
).slots


def carried(*events: object) -> dict[str, object]:
    return carried_slots(DialogueStateTracker.from_events("c", list(events), SLOTS))


def message(intent: str) -> UserUttered:
    return UserUttered("words", {"name": intent})


def test_a_danger_is_taken_along_and_nothing_personal() -> None:
    told = [SlotSet("danger", "distress"), SlotSet("topic", "ask_price")]
    personal = [SlotSet("callback_name", "Jane"), SlotSet("callback_contact", "1")]
    assert carried(*told, *personal, SlotSet("abuse_count", 2)) == {
        "danger": "distress",
        "topic": "ask_price",
    }


@pytest.mark.parametrize(("later", "recent"), [(0, True), (1, True), (2, False)])
def test_a_danger_of_the_last_two_messages_is_known_to_be_recent(later: int, recent: bool) -> None:
    told = [message("safety_emergency"), SlotSet("danger", "emergency")]
    found = carried(*told, *[message("ask_price")] * later)
    assert found.get("recent_danger") == ("emergency" if recent else None)
    assert found["danger"] == "emergency"


def test_a_danger_recent_in_an_earlier_session_does_not_stay_so() -> None:
    old = [SlotSet("recent_danger", "emergency"), message("ask_price"), message("ask_price")]
    assert "recent_danger" not in carried(*old)
