"""Understands "yes" by what was said before it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, read_context, remember, utter
from clinicbot.knowledge.question import read_understanding

NO_ANSWER = "no_answer"


class ActionAffirm(ClinicAction):
    """After an honest no-answer, "yes" means the clinic; otherwise it means "go on"."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.get_slot("last_kind") == NO_ANSWER:
            reply = self.answering.contact_offer()
            utter(dispatcher, reply)
            return [SlotSet("last_kind", reply.kind)]
        context = read_context(tracker)
        reply = self.answering.answer(read_understanding(tracker.latest_message), context)
        utter(dispatcher, reply)
        return remember(reply, context)
