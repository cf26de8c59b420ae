"""Everything stored, behind one object."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from clinicbot.errors import StorageUnavailable
from clinicbot.storage.blocking_turns import SqlBlockingTurns
from clinicbot.storage.callback_requests import SqlCallbackRequests
from clinicbot.storage.conversations import Mask, SqlConversations
from clinicbot.storage.engine import make_engine, reading
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.erasure_files import ErasureFiles
from clinicbot.storage.turns import SqlTurns


@dataclass(frozen=True)
class Storage:
    """The database and what stands on it."""

    engine: Engine
    conversations: SqlConversations
    callback_requests: SqlCallbackRequests
    lock_seconds: float
    eraser: SqlEraser

    def make_turns(self) -> SqlTurns:
        """New turns for one event loop; each bot has its own."""
        return SqlTurns(self.engine, self.lock_seconds)

    def make_blocking_turns(self, seconds: float) -> SqlBlockingTurns:
        """Turns for threads, which wait so long for the lock."""
        return SqlBlockingTurns(self.engine, seconds)

    def is_reachable(self) -> bool:
        """Whether the database answers now; for the readiness check."""
        try:
            with reading(self.engine) as connection:
                return bool(connection.execute(sa.select(1)).scalar() == 1)
        except StorageUnavailable:
            return False

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def open_storage(
    url: str,
    lock_seconds: float = 10.0,
    files: ErasureFiles | None = None,
    mask: Mask | None = None,
) -> Storage:
    """Opens the database; it must have been migrated. Without `files` erasures leave no
    tombstones; `mask` hides personal data in what visitors write beside the chat.

    Raises:
        StorageUnavailable: the URL cannot be read.
    """
    engine = make_engine(url)
    eraser = SqlEraser(engine, files)
    return Storage(
        engine,
        SqlConversations(engine, eraser, mask),
        SqlCallbackRequests(engine),
        lock_seconds,
        eraser,
    )
