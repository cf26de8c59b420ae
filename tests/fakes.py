"""In-memory stand-ins for the protocols in clinicbot/services/ports.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from clinicbot.errors import NotFound
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from tests.fake_first_aid import FakeBlockingTurns, fake_first_aid

FIRST_MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


def text_reply(text: str) -> dict[str, Any]:
    """An assistant message of one text block."""
    return {"blocks": [{"type": "text", "text": text}], "answer": None, "kind": "small_talk"}


def echo(message: VisitorMessage) -> dict[str, Any]:
    """The reply of a FakeBot that was told nothing else."""
    return text_reply(f"You said: {message.text or message.choice or sorted(message.fields)}")


class FakeConversations:
    """Conversations in a dict; `error` is raised by every call, `votes` keeps the feedback."""

    def __init__(self) -> None:
        self.opened: dict[str, tuple[str, datetime]] = {}
        self.events: dict[str, list[ChatEvent]] = {}
        self.votes: dict[tuple[str, int], tuple[str | None, str | None]] = {}
        self.notices: dict[str, str] = {}
        self.calls: list[str] = []
        self.error: Exception | None = None

    def open(
        self, conversation_id: str, origin: str, expires_at: datetime, notice_version: str = ""
    ) -> None:
        self._called("open")
        self.notices[conversation_id] = notice_version
        self.opened[conversation_id] = (origin, expires_at)
        self.events[conversation_id] = []

    def is_open(self, conversation_id: str) -> bool:
        self._called("is_open")
        return conversation_id in self.opened

    def list_events(self, conversation_id: str, after: int = 0) -> list[ChatEvent]:
        self._called("list_events")
        return [event for event in self.events.get(conversation_id, []) if event.n > after]

    def record_feedback(
        self, conversation_id: str, n: int, value: str | None, reason: str | None
    ) -> None:
        self._called("record_feedback")
        events = self.events.get(conversation_id, [])
        if not any(event.n == n and event.type == "assistant" for event in events):
            raise NotFound(f"no assistant message {n}")
        self.votes[conversation_id, n] = (value, reason)

    def erase(self, conversation_id: str) -> int:
        self._called("erase")
        del self.opened[conversation_id]
        return 1 + len(self.events.pop(conversation_id))

    def append(self, conversation_id: str, type_: Any, message: dict[str, Any]) -> ChatEvent:
        """Stores an event under the next number, as the bot's transaction does."""
        events = self.events[conversation_id]
        n = len(events) + 1
        event = ChatEvent(n, type_, FIRST_MOMENT + timedelta(seconds=n), message)
        events.append(event)
        return event

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.error is not None:
            raise self.error


@dataclass
class FakeServices:
    """What create_app needs of the services; `ping_error` is what a broken database raises."""

    conversations: FakeConversations = field(default_factory=FakeConversations)
    ping_error: Exception | None = None

    def __post_init__(self) -> None:
        self.first_aid_turns = FakeBlockingTurns(self.conversations)
        self.first_aid = fake_first_aid(self.first_aid_turns)

    def ping(self) -> None:
        if self.ping_error is not None:
            raise self.ping_error


class FakeBot:
    """Answers with `reply(message)`, once for each client id; `handled` lists what it did."""

    def __init__(
        self,
        conversations: FakeConversations,
        reply: Callable[[VisitorMessage], dict[str, Any]] = echo,
    ) -> None:
        self.conversations = conversations
        self.reply = reply
        self.handled: list[VisitorMessage] = []
        self.error: Exception | None = None
        self.seconds = 0.0
        self.ready = True
        self.age = 0.0
        self._turns: dict[tuple[str, str], list[ChatEvent]] = {}
        self._lock: asyncio.Lock | None = None

    async def answer(self, message: VisitorMessage) -> Sequence[ChatEvent]:
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            key = (message.conversation_id, message.client_id)
            if key not in self._turns:
                self._turns[key] = await self._turn(message)
            return self._turns[key]

    def is_ready(self) -> bool:
        return self.ready

    def heartbeat_age(self) -> float:
        return self.age

    async def _turn(self, message: VisitorMessage) -> list[ChatEvent]:
        if self.error is not None:
            raise self.error
        await asyncio.sleep(self.seconds)
        self.handled.append(message)
        reply = self.reply(message)
        said = {"type": message.type, "text": message.text}
        append = self.conversations.append
        return [
            append(message.conversation_id, "visitor", said),
            append(message.conversation_id, "assistant", reply),
        ]
