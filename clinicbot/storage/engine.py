"""Engines for SQLite and PostgreSQL that fail fast, and how their errors become ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from clinicbot.errors import StorageUnavailable

# How long one statement may take; a turn holds its transaction longer than that.
STATEMENT_MILLISECONDS = 3000
IDLE_MILLISECONDS = 60000
# SQLite has one writer at a time, and a turn writes for as long as its actions take.
SQLITE_BUSY_MILLISECONDS = 10000
WRITES = "clinic_writes"
BUSY_MILLISECONDS = "clinic_busy_milliseconds"


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turns every SQLAlchemy error into StorageUnavailable, without its parameters."""
    try:
        yield
    except SQLAlchemyError as error:
        name = type(error).__name__
        raise StorageUnavailable(f"The database did not do what we asked ({name}).") from error


def make_engine(url: str) -> Engine:
    """Gives an engine for the URL; nothing is connected yet.

    Raises:
        StorageUnavailable: it cannot be read, or its folder cannot be made.
    """
    with storage_errors():
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _make_sqlite(url, parsed.database)
        if parsed.get_backend_name() == "postgresql":
            return _make_postgresql(url)
    raise StorageUnavailable("Only sqlite and postgresql databases can be used.")


def is_sqlite(connection: Connection | Engine) -> bool:
    return bool(connection.dialect.name == "sqlite")


@contextmanager
def writing(
    engine: Engine, busy_milliseconds: int = SQLITE_BUSY_MILLISECONDS
) -> Iterator[Connection]:
    """A transaction that may write, committed at the end.

    Raises:
        StorageUnavailable: any database error; nothing was stored.
    """
    with storage_errors(), writer(engine, busy_milliseconds) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from; on SQLite it does not wait for writers."""
    with storage_errors(), engine.connect() as connection:
        yield connection


def writer(engine: Engine, busy_milliseconds: int) -> Connection:
    """A connection whose transactions take SQLite's write lock when they begin.

    A transaction that reads first and writes later can fail half-way on SQLite, when
    another one wrote in between; taking the lock at once rules that out.
    """
    options = {WRITES: True, BUSY_MILLISECONDS: busy_milliseconds}
    return engine.connect().execution_options(**options)


def _make_sqlite(url: str, database: str | None) -> Engine:
    if database and database != ":memory:":
        _make_folder(Path(database).parent)
    engine = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        json_serializer=_to_json,
        poolclass=sa.pool.QueuePool,
        pool_size=5,
        max_overflow=10,
        # The bot's thread and the web's threads share the pool, never a connection.
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"The folder {folder} cannot be made.") from error


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # pysqlite must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    busy = int(options.get(BUSY_MILLISECONDS, SQLITE_BUSY_MILLISECONDS))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {busy}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")


def _make_postgresql(url: str) -> Engine:
    session = (
        f"-c statement_timeout={STATEMENT_MILLISECONDS} "
        f"-c idle_in_transaction_session_timeout={IDLE_MILLISECONDS} -c timezone=utc"
    )
    return sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        json_serializer=_to_json,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=3,
        connect_args={"connect_timeout": 2, "tcp_user_timeout": 5000, "options": session},
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """Numbers as numpy makes them (confidences) become Python's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored")
