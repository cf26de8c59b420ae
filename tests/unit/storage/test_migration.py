"""The schema that migrations make."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from clinicbot.errors import SetUpError
from clinicbot.storage import migrate, open_storage
from clinicbot.storage.engine import make_engine, writing
from clinicbot.storage.migration import MIGRATIONS
from clinicbot.storage.tables import callback_requests, metadata


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / '100%' / 'clinic.db'}"
    migrate(url)
    migrate(url)
    with make_engine(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_sqlite_is_opened_so_that_a_commit_survives_a_power_cut(tmp_path: Path) -> None:
    with make_engine(f"sqlite:///{tmp_path / 'clinic.db'}").connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    with make_engine(url).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetUpError, match="another version"):
        migrate(url)


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "sqlite:////proc/none/clinic.db"])
def test_a_database_that_cannot_be_used_is_a_set_up_error(url: str) -> None:
    with pytest.raises(SetUpError, match="CLINIC_DATABASE_URL"):
        migrate(url)


def upgrade(url: str, revision: str) -> None:
    """Brings the database to this revision, as an older version of ours did."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(make_engine(url)) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_rows_of_the_first_version_survive_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    engine = make_engine(url)
    upgrade(url, "0001")
    rows = (
        "INSERT INTO conversations VALUES ('c', 'o', :at, :at, 1, 1, 0, 2, :at)",
        "INSERT INTO chat_events VALUES ('c', 1, 'visitor', :at, '{\"text\": \"hello\"}')",
        "INSERT INTO callback_requests VALUES ('CB-234567', 'c', 'Ann', '614', :at, 'new')",
    )
    with writing(engine) as connection:
        for row in rows:
            connection.execute(sa.text(row), {"at": "2026-11-20 08:00:00"})
    migrate(url)
    storage = open_storage(url)
    (event,) = storage.conversations.list_events("c")
    assert event.message == {"text": "hello"}
    with engine.connect() as connection:
        (request,) = connection.execute(sa.select(callback_requests))
    assert (request.name, request.contact, request.contact_key) == ("Ann", "614", None)
    assert request.talk_first is False
    assert storage.conversations.erase("c") == 3
