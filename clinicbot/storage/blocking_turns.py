"""Turns for threads without an event loop: the same lock, the same transaction, less patience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from clinicbot.storage.conversation_lock import hold
from clinicbot.storage.engine import is_sqlite, writing
from clinicbot.storage.turn import SqlTurn
from clinicbot.storage.turns import utc_now


class SqlBlockingTurns:
    """Implements services.first_aid.BlockingTurns."""

    def __init__(
        self, engine: Engine, seconds: float, now: Callable[[], datetime] = utc_now
    ) -> None:
        """`seconds`: how long to wait for the lock."""
        self._engine = engine
        self._milliseconds = int(seconds * 1000)
        self._now = now

    @contextmanager
    def begin(self, conversation_id: str) -> Iterator[SqlTurn]:
        """Locks the conversation and gives its turn; commits at the end, unless it raised.

        Raises:
            StorageUnavailable: the database failed, or the lock was held for too long.
            NotFound: there is no such conversation.
        """
        with writing(self._engine, self._milliseconds) as connection:
            if not is_sqlite(connection):
                connection.execute(sa.text(f"SET LOCAL lock_timeout = {self._milliseconds}"))
            hold(connection, conversation_id)
            yield SqlTurn(connection, conversation_id, self._now())
