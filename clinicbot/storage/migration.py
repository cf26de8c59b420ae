"""Brings a database to the newest schema, with Alembic, without any ini file."""

from __future__ import annotations

import logging
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from clinicbot.errors import SetUpError, StorageUnavailable
from clinicbot.storage.engine import is_sqlite, make_engine, writing

# Alembic tells every step on the console; ours says one line instead.
logging.getLogger("alembic").setLevel(logging.WARNING)

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Any number: processes that start together migrate one after the other.
LOCK = 20261120


def migrate(url: str) -> None:
    """Brings the database at `url` to the newest schema; does nothing if it is there.

    Raises:
        SetUpError: the database cannot be reached, or was made by a newer version.
    """
    try:
        engine = make_engine(url)
        try:
            with writing(engine) as connection:
                _upgrade(connection)
        finally:
            engine.dispose()
    except StorageUnavailable as error:
        raise SetUpError(
            "The database cannot be used: check CLINIC_DATABASE_URL and that the server runs. "
            f"({_first_line(error)})"
        ) from error
    except CommandError as error:
        raise SetUpError(f"The database belongs to another version: {error}") from error


def _upgrade(connection: Connection) -> None:
    if not is_sqlite(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    at = MigrationContext.configure(connection).get_current_revision()
    if at != ScriptDirectory.from_config(config).get_current_head():
        command.upgrade(config, "head")


def _first_line(error: StorageUnavailable) -> str:
    """The database's own words, without SQL; they name the host, never a password."""
    cause = getattr(error.__cause__, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
