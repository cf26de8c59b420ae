"""Conversations as visitors see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from clinicbot.errors import NotFound
from clinicbot.knowledge.conversation import ChatEvent
from clinicbot.services.privacy import VISITOR
from clinicbot.storage.conversation_lock import lock_key as lock_key
from clinicbot.storage.engine import reading, writing
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.tables import chat_events, consents, conversations, feedback

Mask = Callable[[str], str]


class SqlConversations:
    """Implements services.ports.Conversations. Its methods block: call them off an event loop."""

    def __init__(
        self, engine: Engine, eraser: SqlEraser | None = None, mask: Mask | None = None
    ) -> None:
        """`mask` hides personal data in what is stored here; None stores it as it was said."""
        self._engine = engine
        self._eraser = eraser or SqlEraser(engine)
        self._mask = mask or str

    def open(
        self, conversation_id: str, origin: str, expires_at: datetime, notice_version: str = ""
    ) -> None:
        """Records a new conversation, and which version of the notice its visitor is shown.

        Raises:
            StorageUnavailable: the database failed, or the id is taken.
        """
        with writing(self._engine) as connection:
            insert_conversation(connection, conversation_id, origin, expires_at)
            if notice_version:
                shown = {"version": notice_version, "shown_at": datetime.now(timezone.utc)}
                row = consents.insert().values(conversation_id=conversation_id, **shown)
                connection.execute(row)

    def is_open(self, conversation_id: str) -> bool:
        """Whether it exists and was not deleted."""
        with reading(self._engine) as connection:
            found = sa.select(conversations.c.id).filter_by(id=conversation_id)
            return connection.execute(found).first() is not None

    def list_events(self, conversation_id: str, after: int = 0) -> list[ChatEvent]:
        """The events numbered above `after`, in order."""
        with reading(self._engine) as connection:
            return select_events(connection, conversation_id, chat_events.c.n > after)

    def record_feedback(
        self, conversation_id: str, n: int, value: str | None, reason: str | None
    ) -> None:
        """Stores, changes or (value None) takes back a vote on assistant message n.

        Raises:
            NotFound: there is no assistant message n in this conversation.
        """
        with writing(self._engine) as connection:
            where = {"conversation_id": conversation_id, "n": n}
            answered = sa.select(chat_events.c.n).filter_by(type="assistant", **where)
            if connection.execute(answered).first() is None:
                raise NotFound("There is no such answer in this conversation.")
            connection.execute(feedback.delete().filter_by(**where))
            if value is not None:
                masked = self._mask(reason) if reason else reason
                vote = {"value": value, "reason": masked, "at": datetime.now(timezone.utc)}
                connection.execute(feedback.insert().values(**where, **vote))

    def erase(self, conversation_id: str) -> int:
        """Deletes the conversation everywhere, requests to be called back included.

        It waits for a message that is being answered, so that this cannot store anything
        afterwards. Gives the number of rows deleted; 0 if there was no such conversation.
        """
        return self._eraser.erase([conversation_id], VISITOR).total


def insert_conversation(
    connection: Connection, conversation_id: str, origin: str, expires_at: datetime
) -> None:
    """Inserts the row of a conversation in which nothing was said yet."""
    counters = {"session": 0, "session_turns": 0, "last_seq": 0, "last_n": 0}
    connection.execute(
        conversations.insert().values(
            id=conversation_id,
            origin=origin,
            created_at=datetime.now(timezone.utc),
            expires_at=expires_at,
            **counters,
        )
    )


def select_events(
    connection: Connection, conversation_id: str, *conditions: sa.sql.ColumnElement
) -> list[ChatEvent]:
    """The events of a conversation that meet the conditions, in order."""
    query = sa.select(chat_events).where(
        chat_events.c.conversation_id == conversation_id, *conditions
    )
    return [_to_event(row) for row in connection.execute(query.order_by(chat_events.c.n))]


def _to_event(row: Row) -> ChatEvent:
    return ChatEvent(n=row.n, type=row.type, at=row.at, message=row.message)
