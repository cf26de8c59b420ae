"""The schema that migrations make."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from clinicbot.errors import SetUpError
from clinicbot.storage import migrate
from clinicbot.storage.engine import make_engine
from clinicbot.storage.tables import metadata


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
