"""Deletes what was kept long enough, a few conversations a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from clinicbot.services.privacy import add_counts
from clinicbot.services.retention import Limits
from clinicbot.storage.audit import expire, utc_now
from clinicbot.storage.conversation_lock import try_hold
from clinicbot.storage.engine import reading, writing
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.erasure_plan import (
    OPEN,
    REQUESTS,
    WORDS,
    delete_conversation,
    delete_rows,
)
from clinicbot.storage.tables import audit_log, conversations, form_values

# So few that no message waits long for SQLite's write lock.
BATCH = 20
# While a file of this size is written anew, messages wait for some five seconds.
HOUSEKEEPERS_MEGABYTES = 500.0


class SqlExpiry:
    """Implements services.retention.Expiry. Its methods block."""

    def __init__(
        self, engine: Engine, eraser: SqlEraser, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._eraser = eraser
        self._now = now

    def drop_batch(self, limits: Limits, after: str) -> tuple[dict[str, int], str | None]:
        """Deletes the next few conversations behind the id `after` that are over.

        Gives the rows deleted by table, and the last id it looked at; None at the end.
        """
        over = _over(limits).where(conversations.c.id > after)
        with reading(self._engine) as connection:
            query = over.order_by(conversations.c.id).limit(BATCH)
            ids = list(connection.execute(query).scalars())
        if not ids:
            return {}, None
        with writing(self._engine) as connection:
            counts = add_counts(_drop(connection, limits, i) for i in ids)
        self._note(counts)
        return counts, ids[-1] if len(ids) == BATCH else None

    def drop_form_values(self, limits: Limits) -> dict[str, int]:
        """Deletes values of forms that nobody went on with."""
        old = form_values.c.at < limits.form_values
        return self._drop_where(form_values, old)

    def drop_audit(self, limits: Limits) -> dict[str, int]:
        """Deletes the oldest audit rows; a new row says up to which."""
        with reading(self._engine) as connection:
            old = sa.select(audit_log.c.number).where(audit_log.c.at < limits.audit).limit(1)
            if connection.execute(old).first() is None:
                return {}
        with writing(self._engine) as connection:
            return {"audit_log": expire(connection, self._now(), limits.audit)}

    def clean_up(self, whatever_it_takes: bool) -> bool:
        """Removes the bytes of deleted rows from the files; False if it could not.

        Unless it may take whatever it takes, a large file is left as it is: writing it anew
        keeps visitors waiting.
        """
        return self._eraser.clean_up(None if whatever_it_takes else HOUSEKEEPERS_MEGABYTES)

    def is_dirty(self) -> bool:
        """Whether deleted bytes may still stand in the files."""
        return self._eraser.is_dirty

    def _drop_where(self, table: sa.Table, old: sa.sql.ColumnElement) -> dict[str, int]:
        with reading(self._engine) as connection:
            if connection.execute(sa.select(sa.literal(1)).where(old).limit(1)).first() is None:
                return {}
        with writing(self._engine) as connection:
            counts = {table.name: int(connection.execute(table.delete().where(old)).rowcount)}
        self._note(counts)
        return counts

    def _note(self, counts: dict[str, int]) -> None:
        self._eraser.is_dirty = self._eraser.is_dirty or any(counts.values())


def _over(limits: Limits) -> sa.sql.Select:
    """Conversations with something that was kept long enough.

    Those whose chat is gone already, and which stay for a request, do not count again.
    """
    last = sa.func.coalesce(conversations.c.last_message_at, conversations.c.created_at)
    has_words = sa.or_(conversations.c.last_n > 0, conversations.c.last_seq > 0)
    worth_it = sa.or_(has_words, sa.not_(_has_kept_request(limits)), _has_request(limits, False))
    return sa.select(conversations.c.id).where(last < limits.chats, worth_it)


def _has_kept_request(limits: Limits) -> sa.sql.ColumnElement:
    return _has_request(limits, True)


def _has_request(limits: Limits, kept: bool) -> sa.sql.ColumnElement:
    """Whether the conversation has a request that stays (or one that goes)."""
    found = []
    for table in REQUESTS:
        stays = sa.and_(table.c.status.in_(OPEN), table.c.created_at >= limits.requests)
        wanted = stays if kept else sa.not_(stays)
        mine = table.c.conversation_id == conversations.c.id
        found.append(sa.exists().where(mine, wanted))
    return sa.or_(*found)


def _drop(connection: Connection, limits: Limits, conversation_id: str) -> dict[str, int]:
    """Deletes one conversation, or what is over of it; nothing where it is spoken in again."""
    if not try_hold(connection, conversation_id):
        return {}
    mine = conversations.c.id == conversation_id
    if connection.execute(_over(limits).where(mine)).first() is None:
        return {}
    kept = sa.select(conversations.c.id).where(mine, _has_kept_request(limits))
    if connection.execute(kept).first() is None:
        return delete_conversation(connection, conversation_id)
    counts = delete_rows(connection, conversation_id, WORDS)
    # The row stays for the request; without its counters it is not looked at again.
    bare = {"last_n": 0, "last_seq": 0, "session": 0, "session_turns": 0}
    connection.execute(conversations.update().where(mine).values(**bare))
    for table in REQUESTS:
        settled = sa.or_(table.c.status.not_in(OPEN), table.c.created_at < limits.requests)
        gone = table.delete().where(table.c.conversation_id == conversation_id, settled)
        counts = add_counts([counts, {table.name: connection.execute(gone).rowcount}])
    return counts
