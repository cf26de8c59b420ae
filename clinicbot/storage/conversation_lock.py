"""The lock of one conversation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clinicbot.storage.engine import is_sqlite


def lock_key(conversation_id: str) -> sa.sql.ColumnElement:
    """The number under which PostgreSQL keeps the conversation's advisory lock."""
    return sa.func.hashtextextended(conversation_id, 0)


def hold(connection: Connection, conversation_id: str) -> None:
    """Waits for the message that is being answered; SQLite's one write lock is held already."""
    if not is_sqlite(connection):
        lock = sa.func.pg_advisory_xact_lock(lock_key(conversation_id))
        connection.execute(sa.select(lock))


def try_hold(connection: Connection, conversation_id: str) -> bool:
    """The same without waiting; False where a message is being answered."""
    if is_sqlite(connection):
        return True
    lock = sa.func.pg_try_advisory_xact_lock(lock_key(conversation_id))
    return bool(connection.execute(sa.select(lock)).scalar())
