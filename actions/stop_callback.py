"""Ends a request to be called back before it is stored."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, utter


class ActionStopCallback(ClinicAction):
    """Says that nothing was sent, and forgets what was given."""

    def name(self) -> str:
        return "action_stop_callback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        utter(dispatcher, self.answering.callback_stopped())
        return [SlotSet("callback_name", None), SlotSet("callback_contact", None)]
