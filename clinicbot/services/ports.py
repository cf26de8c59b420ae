"""What the use cases and the web need from the outside, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage


class Bot(Protocol):
    """Answers visitors' messages, one committed transaction each."""

    async def answer(self, message: VisitorMessage) -> Sequence[ChatEvent]:
        """Gives the events of this turn, the visitor's own first; the same client id
        again gives the same events without doing anything twice.

        Raises:
            Busy: the queue is full or the conversation is locked for too long.
            StorageUnavailable: the database failed; nothing was stored.
            TurnFailed: an action failed; nothing was stored.
            InvalidInput: the choice or form was not offered in this conversation.
        """

    def is_ready(self) -> bool:
        """Whether a model is loaded and answers."""


class Conversations(Protocol):
    """Conversations as visitors see them."""

    def open(
        self, conversation_id: str, origin: str, expires_at: datetime, notice_version: str = ""
    ) -> None:
        """Records a new conversation, and which version of the notice its visitor is shown."""

    def is_open(self, conversation_id: str) -> bool:
        """Whether it exists and was not deleted."""

    def list_events(self, conversation_id: str, after: int = 0) -> list[ChatEvent]:
        """The events numbered above `after`, in order."""

    def record_feedback(
        self, conversation_id: str, n: int, value: str | None, reason: str | None
    ) -> None:
        """Stores, changes or (value None) takes back a vote on assistant message n.

        Raises:
            NotFound: there is no assistant message n in this conversation.
        """

    def erase(self, conversation_id: str) -> int:
        """Deletes the conversation everywhere; gives the number of rows deleted."""


class CallbackRequests(Protocol):
    """Requests to be called back, made in the chat."""

    def record(
        self,
        conversation_id: str,
        name: str,
        contact: str,
        *,
        region: str | None = None,
        talk_first: bool = False,
    ) -> str:
        """Stores a request in the current transaction; gives its reference.

        Args:
            conversation_id, name, contact: whose it is, and how to reach them.
            region: how a telephone number without "+" is read.
            talk_first: staff should talk before they propose anything.
        """


class PrivacyRequests(Protocol):
    """What visitors ask for about their own data."""

    def record(self, conversation_id: str, kind: str) -> str:
        """Stores a request ("erase" or "export") in the current transaction; gives its
        reference, the same one while it is open."""
