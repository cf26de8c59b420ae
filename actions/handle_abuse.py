"""Sets a limit to abuse."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, utter


class ActionHandleAbuse(ClinicAction):
    """Says what it is for, then asks for politeness, then stops replying for a while; counted
    for each session."""

    def name(self) -> str:
        return "action_handle_abuse"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        count = int(tracker.get_slot("abuse_count") or 0) + 1
        reply = self.answering.abuse(count)
        utter(dispatcher, reply)
        return [SlotSet("abuse_count", count), SlotSet("last_kind", reply.kind)]
