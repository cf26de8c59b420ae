"""Stores a visitor's wish to have their data deleted, or to get a copy of them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, utter
from clinicbot.bootstrap import current_services
from clinicbot.services.ports import PrivacyRequests
from clinicbot.services.privacy_answers import PrivacyAnswers

KINDS = {"request_erasure": "erase", "request_export": "export"}


class ActionRequestPrivacy(ClinicAction):
    """The wish joins the transaction of this message: a reference means that it is stored.

    Nothing is erased from here: a misunderstood sentence must not delete a conversation.
    """

    requests: PrivacyRequests | None = None
    answers: PrivacyAnswers | None = None

    def name(self) -> str:
        return "action_request_privacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        kind = KINDS[tracker.latest_message["intent"]["name"]]
        requests = self.requests or current_services().privacy.requests
        answers = self.answers or current_services().privacy_answers
        reply = answers.noted(kind, requests.record(tracker.sender_id, kind))
        utter(dispatcher, reply)
        return [SlotSet("last_kind", reply.kind)]
