"""When the dialogue engine starts afresh, and what it takes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.nlu.labels import PREFIX
from clinicbot.nlu.safety_policy import DANGER, RECENT_DANGER, REPEATED_WITHIN, recent_intents
from clinicbot.services.turns import Session

# Whatever a visitor told about themselves stays behind; that there was danger does not.
CARRIED_SLOTS = ("topic", "subject", "previous_subject", "last_answer", DANGER)


@dataclass(frozen=True)
class SessionLimits:
    """After how many turns or minutes of silence a new session starts."""

    turns: int
    minutes: int

    def is_over(self, session: Session, now: datetime, in_form: bool) -> bool:
        """Whether the next message belongs to a new session.

        A visitor in the middle of a form keeps the session for up to twice the turns:
        starting afresh would throw away what they filled in.
        """
        silent_since = session.last_message_at
        if silent_since and now - silent_since > timedelta(minutes=self.minutes):
            return True
        return session.turns >= self.turns * (2 if in_form else 1)


def start_events(carried: dict[str, Any]) -> list[Event]:
    """The first events of a session, as Rasa's own action_session_start makes them."""
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *(SlotSet(name, value) for name, value in carried.items()),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def carried_slots(tracker: DialogueStateTracker) -> dict[str, Any]:
    """The slots that a new session takes over, with their values."""
    slots = {name: tracker.slots[name].value for name in CARRIED_SLOTS if name in tracker.slots}
    if RECENT_DANGER in tracker.slots:
        slots[RECENT_DANGER] = _recent_danger(tracker)
    return {name: value for name, value in slots.items() if value is not None}


def _recent_danger(tracker: DialogueStateTracker) -> str | None:
    """The danger of the very last messages: what comes next may still be about it."""
    intents = recent_intents(tracker, REPEATED_WITHIN)
    return next((i.removeprefix(PREFIX) for i in intents if i.startswith(PREFIX)), None)
