"""Starts a request to be called back from a number or an address that was given."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction


class ActionStartCallback(ClinicAction):
    """Keeps a name that came with the contact, and forgets one of an earlier request that
    was broken off, as by an emergency."""

    def name(self) -> str:
        return "action_start_callback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        given = next(tracker.get_latest_entity_values("callback_name"), None)
        return [SlotSet("callback_name", given)]
