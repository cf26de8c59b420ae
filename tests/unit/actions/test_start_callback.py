"""action_start_callback: a name goes with the contact it came with, never with a later one."""

from __future__ import annotations

from actions.start_callback import ActionStartCallback
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

ACTION = ActionStartCallback(SERVICE)


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "action_start_callback"


async def test_a_name_of_a_broken_off_request_is_forgotten():
    tracker = tracker_of("request_callback", {"callback_name": "Jane"})
    replies, slots = await run(ACTION, tracker)
    assert list(replies) == []
    assert slots == {"callback_name": None}


async def test_a_name_that_came_with_the_form_is_kept():
    entities = [{"entity": "callback_name", "value": "Jane"}]
    _, slots = await run(ACTION, tracker_of("request_callback", entities=entities))
    assert slots == {"callback_name": "Jane"}
