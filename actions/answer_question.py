"""Answers questions and follow-ups from the curated content."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, read_context, remember, utter
from clinicbot.knowledge.question import read_understanding


class ActionAnswerQuestion(ClinicAction):
    """Topic and subject of this message, else of the conversation, to a reply; a choice that
    we offered names its answer itself (entity `answer_id`)."""

    def name(self) -> str:
        return "action_answer_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        context = read_context(tracker)
        chosen = next(tracker.get_latest_entity_values("answer_id"), None)
        if chosen:
            reply = self.answering.give(chosen, context)
        else:
            reply = self.answering.answer(read_understanding(tracker.latest_message), context)
        utter(dispatcher, reply)
        return remember(reply, context)
