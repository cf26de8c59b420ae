"""The transaction of the message being answered, for everything that wants to join it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.engine import Connection, Engine

from clinicbot.storage.engine import storage_errors, writing

current_connection: ContextVar[Connection | None] = ContextVar("current_connection", default=None)


@contextmanager
def joined(engine: Engine) -> Iterator[Connection]:
    """The current message's transaction; outside of a message, one of its own.

    Raises:
        StorageUnavailable: any database error.
    """
    connection = current_connection.get()
    if connection is None:
        with writing(engine) as own:
            yield own
        return
    with storage_errors():
        yield connection
