"""When a session is over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from clinicbot.bot.session import SessionLimits, start_events
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
