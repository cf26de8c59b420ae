"""What Rasa hands to an action, for tests."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from clinicbot.knowledge.reply import Reply
from clinicbot.services.answering import AnsweringService
from tests.factories import make_content

SERVICE = AnsweringService(make_content())


def tracker_of(intent: str = "ask_downtime", slots: dict | None = None, **message: Any) -> Tracker:
    """A tracker whose latest message was understood as this; subjects as a list of ids."""
    entities = [{"entity": "subject", "value": s} for s in message.pop("subjects", ())]
    latest = {"intent": {"name": intent}, "entities": entities, "band": "answer", **message}
    return Tracker("c", slots or {}, latest, [], False, None, {}, "action_listen")


async def run(action: Any, tracker: Tracker) -> tuple[list[Reply], dict[str, Any]]:
    """What the action said, and the slots it set."""
    dispatcher = CollectingDispatcher()
    events: list[EventType] = await action.run(dispatcher, tracker, {})
    assert all(event["event"] == "slot" for event in events)
    return said(dispatcher), {event["name"]: event["value"] for event in events}


def said(dispatcher: CollectingDispatcher) -> list[Reply]:
    """The replies, as Rasa was handed them; text and blocks must say the same."""
    replies = []
    for message in dispatcher.messages:
        custom = message["custom"]
        answer_id = custom["answer"]["id"] if custom["answer"] else None
        reply = Reply(tuple(custom["blocks"]), custom["kind"], answer_id)
        assert message["text"] == reply.as_text()
        replies.append(reply)
    return replies
