"""What all actions share: reading the tracker once, writing a reply once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from clinicbot.bootstrap import current_services
from clinicbot.knowledge.question import Context
from clinicbot.knowledge.reply import Reply
from clinicbot.services.answering import AnsweringService

SHOWN_KEPT = 10


class ClinicAction(Action, ABC):
    """An action that answers from the services of this process."""

    def __init__(self, answering: AnsweringService | None = None) -> None:
        self._answering = answering

    @property
    def answering(self) -> AnsweringService:
        return self._answering or current_services().answering

    @abstractmethod
    def name(self) -> str:
        """Rasa's name of the action."""

    @abstractmethod
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Replies, and gives the events that follow."""


def read_context(tracker: Tracker) -> Context:
    """What the conversation was about before this message."""
    return Context(
        topic=tracker.get_slot("topic"),
        subject=tracker.get_slot("subject"),
        previous_subject=tracker.get_slot("previous_subject"),
        last_answer=tracker.get_slot("last_answer"),
        shown=tuple(tracker.get_slot("shown") or ()),
        pair=tuple(tracker.get_slot("pair") or ()),
        danger=tracker.get_slot("danger"),
    )


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Hands a reply to Rasa: blocks for the widget, plain text for a terminal."""
    dispatcher.utter_message(text=reply.as_text(), json_message=reply.as_message())


def remember(reply: Reply, context: Context) -> list[EventType]:
    """The slots that carry topic and subject on to the next message."""
    events: list[EventType] = [SlotSet("last_kind", reply.kind)]
    if reply.topic:
        events.append(SlotSet("topic", reply.topic))
    if reply.subject and reply.subject != context.subject:
        events.append(SlotSet("subject", reply.subject))
        events.append(SlotSet("previous_subject", context.subject))
    if reply.pair:
        events.append(SlotSet("pair", list(reply.pair)))
    if reply.answer_id:
        events.append(SlotSet("last_answer", reply.answer_id))
        shown = [*context.shown, reply.answer_id][-SHOWN_KEPT:]
        events.append(SlotSet("shown", shown))
    return events
