"""Hands over to people: contact details and the form for a call back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, utter


class ActionOfferContact(ClinicAction):
    """Every hand-off says how to reach a person at once, and offers a call back."""

    def name(self) -> str:
        return "action_offer_contact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        reply = self.answering.contact_offer()
        utter(dispatcher, reply)
        # A new request begins: nothing of one that was stopped before may go into it.
        return [
            SlotSet("last_kind", reply.kind),
            SlotSet("callback_name", None),
            SlotSet("callback_contact", None),
        ]
