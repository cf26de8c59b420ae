"""action_handle_abuse: a scope line, a limit, then silence for a while."""

from __future__ import annotations

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.handle_abuse import ActionHandleAbuse
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of


def test_rasa_knows_it_by_this_name():
    assert ActionHandleAbuse().name() == "action_handle_abuse"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (None, "Only hair. Call 1."),
        (0.0, "Only hair. Call 1."),
        (1.0, "Politely. Call 1."),
        (2.0, "Silence for 10 minutes. Call 1."),
        (3.0, "Silence for 10 minutes. Call 1."),
    ],
)
async def test_each_time_it_says_more_and_counts_on(before, words):
    tracker = tracker_of("abuse", {"abuse_count": before})
    (reply,), slots = await run(ActionHandleAbuse(SERVICE), tracker)
    assert reply.as_text() == words
    assert slots == {"abuse_count": int(before or 0) + 1, "last_kind": "small_talk"}


@pytest.mark.parametrize(("before", "pause"), [(0, None), (1, None), (2, 10), (5, 10)])
async def test_from_the_third_on_the_server_is_told_how_long_to_be_silent(before, pause):
    dispatcher = CollectingDispatcher()
    tracker = tracker_of("abuse", {"abuse_count": before})
    await ActionHandleAbuse(SERVICE).run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert message["custom"].get("pause_minutes") == pause
