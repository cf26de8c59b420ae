"""Gives the answer that the visitor chose."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, read_context, remember, utter


class ActionGiveAnswer(ClinicAction):
    """The choice was offered by us: its answer id comes as the entity `answer_id`."""

    def name(self) -> str:
        return "action_give_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        context = read_context(tracker)
        chosen = next(tracker.get_latest_entity_values("answer_id"), "")
        reply = self.answering.give(chosen)
        utter(dispatcher, reply)
        return remember(reply, context)
