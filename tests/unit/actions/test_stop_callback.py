"""action_stop_callback: nothing was sent, nothing is kept."""

from __future__ import annotations

from actions.stop_callback import ActionStopCallback
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

ACTION = ActionStopCallback(SERVICE)


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "action_stop_callback"


async def test_it_says_so_and_forgets_name_and_contact():
    tracker = tracker_of("cancel", {"callback_name": "Jane", "callback_contact": "1234567"})
    (reply,), slots = await run(ACTION, tracker)
    assert (reply.kind, reply.as_text()) == ("small_talk", "Stopped.")
    assert slots == {"callback_name": None, "callback_contact": None}
