"""Conversations as visitors see them."""

from __future__ import annotations

from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from clinicbot.errors import NotFound
from clinicbot.knowledge.conversation import ChatEvent
from clinicbot.storage.engine import is_sqlite, reading, writing
from clinicbot.storage.tables import (
    callback_requests,
    chat_events,
    conversations,
    feedback,
    processed_messages,
    tracker_events,
    turn_log,
)

PARTS = (feedback, callback_requests, turn_log, tracker_events, processed_messages, chat_events)


class SqlConversations:
    """Implements services.ports.Conversations. Its methods block: call them off an event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, conversation_id: str, origin: str, expires_at: datetime) -> None:
        """Records a new conversation.

        Raises:
            StorageUnavailable: the database failed, or the id is taken.
        """
        with writing(self._engine) as connection:
            insert_conversation(connection, conversation_id, origin, expires_at)

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
                vote = {"value": value, "reason": reason, "at": datetime.now(timezone.utc)}
                connection.execute(feedback.insert().values(**where, **vote))

    def erase(self, conversation_id: str) -> int:
        """Deletes the conversation everywhere, requests to be called back included.

        It waits for a message that is being answered, so that this cannot store anything
        afterwards. Gives the number of rows deleted; 0 if there was no such conversation.
        """
        with writing(self._engine) as connection:
            if not is_sqlite(connection):
                lock = sa.func.pg_advisory_xact_lock(lock_key(conversation_id))
                connection.execute(sa.select(lock))
            mine = {"conversation_id": conversation_id}
            deletions = [table.delete().filter_by(**mine) for table in PARTS]
            deletions.append(conversations.delete().filter_by(id=conversation_id))
            return sum(connection.execute(deletion).rowcount for deletion in deletions)


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


def lock_key(conversation_id: str) -> sa.sql.ColumnElement:
    """The number under which PostgreSQL keeps the conversation's advisory lock."""
    return sa.func.hashtextextended(conversation_id, 0)


def _to_event(row: Row) -> ChatEvent:
    return ChatEvent(n=row.n, type=row.type, at=row.at, message=row.message)
