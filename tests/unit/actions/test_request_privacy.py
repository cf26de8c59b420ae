"""action_request_privacy and action_tell_privacy: what visitors ask about their own data."""

from __future__ import annotations

import pytest

from actions.request_privacy import ActionRequestPrivacy
from actions.tell_privacy import ActionTellPrivacy
from clinicbot.errors import StorageUnavailable
from clinicbot.services.privacy_answers import PrivacyAnswers
from tests.unit.actions.rasa_side import run, tracker_of

MESSAGES = {
    "privacy_stored": "Stored.",
    "privacy_readers": "Staff of {name}.",
    "privacy_kept": "{keep_chats} and {keep_requests} days.",
    "privacy_delete": "Call {phone}.",
    "privacy_erase": "Erase {reference}, {phone}.",
    "privacy_export": "Export {reference}, {phone}.",
}
ANSWERS = PrivacyAnswers(MESSAGES, {"name": "Elm", "phone": "555"}, (30, 180))


class FakeRequests:
    """Keeps what is recorded; `error` is raised instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.recorded: list[tuple[str, str]] = []
        self.error = error

    def record(self, conversation_id: str, kind: str) -> str:
        if self.error:
            raise self.error
        self.recorded.append((conversation_id, kind))
        return "PR-234567"


def action_with(requests: FakeRequests) -> ActionRequestPrivacy:
    action = ActionRequestPrivacy()
    action.requests, action.answers = requests, ANSWERS
    return action


def test_rasa_knows_them_by_these_names():
    assert ActionRequestPrivacy().name() == "action_request_privacy"
    assert ActionTellPrivacy().name() == "action_tell_privacy"


@pytest.mark.parametrize(
    "intent, kind, said",
    [
        ("request_erasure", "erase", "Erase PR-234567, 555."),
        ("request_export", "export", "Export PR-234567, 555."),
    ],
)
async def test_the_wish_is_stored_and_confirmed_with_its_reference(intent, kind, said):
    requests = FakeRequests()
    (reply,), slots = await run(action_with(requests), tracker_of(intent))
    assert requests.recorded == [("c", kind)]
    assert reply.as_text() == said
    assert slots == {"last_kind": "small_talk"}


async def test_nothing_is_confirmed_that_was_not_stored():
    with pytest.raises(StorageUnavailable):
        await run(
            action_with(FakeRequests(StorageUnavailable("gone"))), tracker_of("request_erasure")
        )


async def test_what_is_kept_is_told_with_the_days_that_are_set():
    action = ActionTellPrivacy()
    action.answers = ANSWERS
    (reply,), slots = await run(action, tracker_of("ask_privacy"))
    assert reply.as_text() == "Stored.\nStaff of Elm.\n30 and 180 days.\nCall 555."
    assert slots == {"last_kind": "small_talk"}
