"""Removes the bytes of deleted rows from the files of the database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from clinicbot.storage.engine import is_sqlite

SECONDS = 5.0
# Short: writers wait while a checkpoint waits for readers.
BUSY_MILLISECONDS = 200
PAUSE_SECONDS = 0.1
VACUUM_MILLISECONDS = 60_000


def clean_up(engine: Engine, tables: Iterable[str], megabytes: float | None = None) -> bool:
    """Removes what deleted rows left behind; False if it has to be tried again.

    Args:
        engine: the database.
        tables: those that rows were deleted from (PostgreSQL).
        megabytes: up to which size a SQLite file may be written anew, which takes about ten
            milliseconds a megabyte, while nobody else can write; None for any.
    """
    return _scrub(engine, megabytes) if is_sqlite(engine) else _vacuum(engine, tables)


def _scrub(engine: Engine, megabytes: float | None) -> bool:
    """Writes the file anew and empties its write-ahead log.

    `secure_delete` is not enough: it overwrites deleted rows, but not the copies of rows that
    SQLite leaves in the gaps of pages when it moves rows between them, and not the pages that
    still stand in the log. Emptying the log has to wait for readers.
    """
    until = time.monotonic() + SECONDS
    rewritten = False
    while True:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            small = megabytes is None or _size(cursor) <= megabytes
            if small and not rewritten:
                _rewrite(cursor)
                rewritten = True
            # Not engine.connect(): neither of the two can run inside a transaction.
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return small
        except engine.dialect.dbapi.OperationalError:
            pass  # somebody writes; once more
        finally:
            connection.close()
        if time.monotonic() > until:
            return False
        time.sleep(PAUSE_SECONDS)


def _size(cursor: Any) -> float:
    pages, size = (cursor.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "page_size"))
    return float(pages * size / 1_000_000)


def _rewrite(cursor: Any) -> None:
    # In memory: a copy of everybody's chats must not pass through a folder for temporary files.
    cursor.execute("PRAGMA temp_store = MEMORY")
    try:
        cursor.execute("VACUUM")
    finally:
        cursor.execute("PRAGMA temp_store = DEFAULT")


def _vacuum(engine: Engine, tables: Iterable[str]) -> bool:
    """Lets PostgreSQL reuse the space of deleted rows."""
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with autocommit.connect() as connection:
            connection.execute(sa.text(f"SET statement_timeout = {VACUUM_MILLISECONDS}"))
            try:
                for table in tables:
                    connection.execute(sa.text(f'VACUUM "{table}"'))
            finally:
                connection.execute(sa.text("RESET statement_timeout"))
    except SQLAlchemyError:
        return False
    return True
