"""The audit trail: in order, bound by hashes, never forked, without personal data."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from clinicbot.storage import migrate
from clinicbot.storage.audit import GENESIS, SqlAuditTrail, expire
from clinicbot.storage.engine import make_engine, writing

NOW = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    return url


@pytest.fixture
def trail(url: str) -> Iterator[SqlAuditTrail]:
    engine = make_engine(url)
    yield SqlAuditTrail(engine, lambda: NOW)
    engine.dispose()


def record_some(trail: SqlAuditTrail, number: int = 4) -> None:
    for i in range(number):
        trail.record("ann", "requests.show", f"CB-{i}", seen=[f"CB-{i}"], found=i)


def tamper(trail: SqlAuditTrail, sql: str) -> None:
    with trail._engine.begin() as connection:
        connection.exec_driver_sql(sql)


def test_rows_say_who_when_what_and_are_bound_to_the_one_before(trail):
    record_some(trail, 2)
    first, second = trail.list_rows(10)
    assert (first["actor"], first["action"], first["target"]) == ("ann", "requests.show", "CB-0")
    assert (first["at"], first["number"], first["previous"]) == (NOW, 1, GENESIS)
    assert (second["number"], second["previous"]) == (2, first["hash"])
    assert [row["number"] for row in trail.list_rows(1)] == [2]


def test_a_whole_trail_verifies(trail):
    assert trail.verify().broken is None
    record_some(trail)
    verdict = trail.verify()
    assert (verdict.rows, verdict.broken) == (4, None)
    assert verdict.last_hash == trail.list_rows(1)[0]["hash"]


@pytest.mark.parametrize(
    "sql, broken",
    [
        ("UPDATE audit_log SET actor = 'bob' WHERE number = 2", 2),
        ("UPDATE audit_log SET action = 'x' WHERE number = 3", 3),
        ("UPDATE audit_log SET target = 'x' WHERE number = 4", 4),
        ("UPDATE audit_log SET details = '{}' WHERE number = 2", 2),
        ("UPDATE audit_log SET at = '2020-01-01 00:00:00' WHERE number = 2", 2),
        ("UPDATE audit_log SET hash = 'abc' WHERE number = 2", 2),
        ("DELETE FROM audit_log WHERE number = 2", 3),
        ("DELETE FROM audit_log WHERE number = 1", 2),
        ("UPDATE audit_log SET number = 9 WHERE number = 4", 9),
    ],
)
def test_the_first_broken_row_is_named(trail, sql, broken):
    record_some(trail)
    tamper(trail, sql)
    assert trail.verify().broken == broken


@pytest.mark.parametrize(
    "detail",
    ["614-889-1234", "+16148891234", "jane@example.com", "Jane Doe", ["CB-1", "6148891234"]],
)
def test_what_looks_like_personal_data_is_refused(trail, detail):
    with pytest.raises(ValueError, match="seen"):
        trail.record("ann", "requests.show", "CB-0", seen=detail)
    with pytest.raises(ValueError, match="target"):
        trail.record("ann", "export", "contact of Jane")
    assert trail.list_rows(9) == []


def test_the_trail_offers_no_way_to_change_it():
    public = {name for name in vars(SqlAuditTrail) if not name.startswith("_")}
    assert public == {"record", "list_rows", "verify"}


def test_rows_that_are_years_old_go_and_the_rest_still_verifies(trail):
    record_some(trail, 3)
    trail._now = lambda: NOW + timedelta(days=2)
    record_some(trail, 2)
    with writing(trail._engine) as connection:
        assert expire(connection, trail._now(), NOW + timedelta(days=1)) == 3
    assert [row["number"] for row in trail.list_rows(9)] == [4, 5, 6]
    assert trail.verify().broken is None
    tamper(trail, "DELETE FROM audit_log WHERE number = 4")
    assert trail.verify().broken == 5


def test_nothing_expires_before_its_time(trail):
    record_some(trail)
    with writing(trail._engine) as connection:
        assert expire(connection, NOW, NOW) == 0
    assert len(trail.list_rows(9)) == 4


def test_a_trail_that_expires_whole_goes_on(trail):
    record_some(trail, 2)
    with writing(trail._engine) as connection:
        assert expire(connection, NOW + timedelta(days=9), NOW + timedelta(days=1)) == 2
    record_some(trail, 1)
    assert [row["number"] for row in trail.list_rows(9)] == [3, 4]
    assert trail.verify().broken is None


def add_rows(url: str, number: int) -> None:
    engine = make_engine(url)
    record_some(SqlAuditTrail(engine), number)
    engine.dispose()


def test_processes_that_write_together_never_fork_the_chain(url, trail):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_rows, args=(url, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert (trail.verify().rows, trail.verify().broken) == (100, None)
