"""action_submit_callback: confirmed means stored."""

from __future__ import annotations

import pytest

from actions.submit_callback import ActionSubmitCallback
from clinicbot.errors import StorageUnavailable
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

FILLED = {"callback_name": "Jane Doe", "callback_contact": "614-889-1234"}


class FakeRequests:
    """Keeps what is recorded; `error` is raised instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.recorded: list[tuple[str, str, str]] = []
        self.options: dict[str, object] = {}
        self.error = error

    def record(self, conversation_id: str, name: str, contact: str, **options: object) -> str:
        if self.error:
            raise self.error
        self.options = options
        self.recorded.append((conversation_id, name, contact))
        return "CB-234567"


def action_with(requests: FakeRequests) -> ActionSubmitCallback:
    action = ActionSubmitCallback(SERVICE)
    action.requests = requests
    return action


def test_rasa_knows_it_by_this_name():
    assert ActionSubmitCallback().name() == "action_submit_callback"


async def test_the_request_is_stored_for_this_conversation_and_confirmed_with_its_reference():
    requests = FakeRequests()
    (reply,), _ = await run(action_with(requests), tracker_of("request_callback", FILLED))
    assert requests.recorded == [("c", "Jane Doe", "614-889-1234")]
    assert reply.as_text() == "Stored as CB-234567."


@pytest.mark.parametrize(
    ("danger", "first"), [(None, False), ("emergency", False), ("distress", True)]
)
async def test_after_distress_staff_are_asked_to_talk_first(danger, first):
    requests = FakeRequests()
    slots = {**FILLED, "danger": danger}
    await run(action_with(requests), tracker_of("request_callback", slots))
    assert requests.options == {"region": "US", "talk_first": first}


async def test_name_and_contact_are_forgotten_by_the_dialogue_afterwards():
    _, slots = await run(action_with(FakeRequests()), tracker_of("request_callback", FILLED))
    assert slots == {"callback_name": None, "callback_contact": None}


async def test_nothing_is_confirmed_that_was_not_stored():
    action = action_with(FakeRequests(StorageUnavailable("gone")))
    with pytest.raises(StorageUnavailable):
        await run(action, tracker_of("request_callback", FILLED))
