"""One transaction a message: its lock, its beginning and its end."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from clinicbot.errors import Busy
from clinicbot.storage.conversations import insert_conversation, lock_key
from clinicbot.storage.engine import is_sqlite, storage_errors, writer
from clinicbot.storage.process_lock import ProcessLocks
from clinicbot.storage.turn import SqlTurn
from clinicbot.storage.unit_of_work import current_connection

POLL_SECONDS = 0.02
# Fewer than the pool gives, so that a turn never waits for a connection on the event loop.
TURNS_AT_ONCE = 5


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class SqlTurns:
    """Implements services.turns.Turns. One object serves one event loop."""

    def __init__(
        self, engine: Engine, lock_seconds: float, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._lock_seconds = lock_seconds
        self._now = now
        # SQLite has one writer at a time: all conversations wait in the same row there.
        self._locks = ProcessLocks(1 if is_sqlite(engine) else TURNS_AT_ONCE)

    @asynccontextmanager
    async def begin(self, conversation_id: str) -> AsyncIterator[SqlTurn]:
        """Locks the conversation and gives its turn; commits at the end, unless it raised.

        Raises:
            Busy: another message of this conversation took too long.
            StorageUnavailable: the database failed; nothing was stored.
            NotFound: there is no such conversation.
        """
        async with self._transaction(conversation_id) as connection:
            yield SqlTurn(connection, conversation_id, self._now())

    @asynccontextmanager
    async def rehearse(self) -> AsyncIterator[SqlTurn]:
        """A turn of a conversation that never was: always rolled back."""
        conversation_id = "rehearsal-" + secrets.token_hex(8)
        async with self._transaction(conversation_id) as connection:
            expires_at = self._now() + timedelta(hours=1)
            insert_conversation(connection, conversation_id, "rehearsal", expires_at)
            yield SqlTurn(connection, conversation_id, self._now())
            connection.rollback()

    @asynccontextmanager
    async def _transaction(self, conversation_id: str) -> AsyncIterator[Connection]:
        deadline = time.monotonic() + self._lock_seconds
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._locks.hold(conversation_id, self._lock_seconds))
            stack.enter_context(storage_errors())
            connection = await _begin(self._engine, conversation_id, deadline)
            stack.enter_context(connection)
            stack.enter_context(connection.get_transaction())
            token = current_connection.set(connection)
            try:
                yield connection
            finally:
                current_connection.reset(token)


async def _begin(engine: Engine, conversation_id: str, deadline: float) -> Connection:
    """Gives a connection whose transaction holds the lock; never blocks the event loop."""
    if is_sqlite(engine):
        return await _begin_sqlite(engine, deadline)
    connection = writer(engine, busy_milliseconds=0)
    try:
        connection.begin()
        query = sa.select(sa.func.pg_try_advisory_xact_lock(lock_key(conversation_id)))
        while not connection.execute(query).scalar():
            await _pause(deadline)
    except BaseException:
        connection.close()
        raise
    return connection


async def _begin_sqlite(engine: Engine, deadline: float) -> Connection:
    while True:
        # A connection whose begin failed cannot begin again (SQLAlchemy 1.4).
        connection = writer(engine, busy_milliseconds=0)
        try:
            connection.begin()
            return connection
        except OperationalError as error:
            connection.close()
            if "locked" not in str(error.orig):
                raise
        await _pause(deadline)


async def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise Busy("Another message of this conversation is still being answered.")
    await asyncio.sleep(POLL_SECONDS)
