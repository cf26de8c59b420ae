"""Stores a request to be called back; only this action confirms one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, read_context, utter
from clinicbot.bootstrap import current_services
from clinicbot.services.ports import CallbackRequests


class ActionSubmitCallback(ClinicAction):
    """The request joins the transaction of this message: confirmed means stored."""

    requests: CallbackRequests | None = None

    def name(self) -> str:
        return "action_submit_callback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        requests = self.requests or current_services().callback_requests
        reference = requests.record(
            tracker.sender_id,
            tracker.get_slot("callback_name"),
            tracker.get_slot("callback_contact"),
            region=self.answering.content.clinic.get("phone_region"),
            talk_first=self.answering.talks_first(read_context(tracker)),
        )
        utter(dispatcher, self.answering.callback_saved(reference))
        return [SlotSet("callback_name", None), SlotSet("callback_contact", None)]
