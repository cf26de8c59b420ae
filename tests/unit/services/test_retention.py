"""The thread that runs the retention every hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from clinicbot.errors import StorageUnavailable
from clinicbot.services import retention
from clinicbot.services.retention import Housekeeper, KeepPeriods, Limits, Retention

NOW = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)
DAY = timedelta(days=1)


class FakeExpiry:
    """Two batches with a conversation each; `error` is raised instead."""

    def __init__(self) -> None:
        self.limits: list[Limits] = []
        self.cleaned: list[bool] = []
        self.dirty = False
        self.error: Exception | None = None

    def drop_batch(self, limits: Limits, after: str) -> tuple[dict[str, int], str | None]:
        if self.error:
            raise self.error
        self.limits.append(limits)
        self.dirty = True
        return {"conversations": 1}, None if after else "c"

    def drop_form_values(self, limits: Limits) -> dict[str, int]:
        return {}

    def drop_audit(self, limits: Limits) -> dict[str, int]:
        return {}

    def clean_up(self, whatever_it_takes: bool) -> bool:
        self.cleaned.append(whatever_it_takes)
        self.dirty = False
        return True

    def is_dirty(self) -> bool:
        return self.dirty


class FakeAudit:
    def __init__(self) -> None:
        self.recorded: list[Any] = []

    def record(self, actor: str, action: str, target: str, **details: Any) -> None:
        self.recorded.append((actor, action, target, details))


@pytest.fixture
def expiry() -> FakeExpiry:
    return FakeExpiry()


def make(expiry: FakeExpiry, audit: FakeAudit | None = None) -> Retention:
    periods = KeepPeriods(30 * DAY, 180 * DAY, 2190 * DAY)
    return Retention(expiry, audit or FakeAudit(), periods, lambda: NOW, lambda seconds: None)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """Hours of a housekeeper's life in a moment."""
    monkeypatch.setattr(retention, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(retention, "TICK_SECONDS", 0.01)


def test_a_run_measures_each_period_from_now_and_counts_into_the_trail(expiry):
    audit = FakeAudit()
    assert make(expiry, audit).run() == {"conversations": 2}
    limits = expiry.limits[0]
    assert (limits.chats, limits.requests) == (NOW - 30 * DAY, NOW - 180 * DAY)
    assert (limits.form_values, limits.audit) == (NOW - DAY, NOW - 2190 * DAY)
    assert audit.recorded == [("clinicbot", "retention", "database", {"conversations": 2})]
    assert expiry.cleaned == [False]


def test_the_first_run_is_soon_and_the_next_an_hour_later(expiry):
    housekeeper = Housekeeper(make(expiry), enabled=True)
    housekeeper.start()
    until(lambda: len(expiry.limits) == 2)
    time.sleep(0.2)
    housekeeper.stop()
    assert len(expiry.limits) == 2


def test_it_runs_again_when_the_time_has_come(expiry, monkeypatch):
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.05)
    housekeeper = Housekeeper(make(expiry), enabled=True)
    housekeeper.start()
    until(lambda: len(expiry.limits) >= 6)
    housekeeper.stop()


def test_switched_off_it_deletes_nothing_but_cleans_up_after_erasures(expiry):
    housekeeper = Housekeeper(make(expiry), enabled=False)
    expiry.dirty = True
    housekeeper.start()
    until(lambda: expiry.cleaned)
    time.sleep(0.1)
    housekeeper.stop()
    assert (expiry.limits, expiry.cleaned) == ([], [False])


def test_a_database_that_is_away_is_tried_again_and_stops_nothing(expiry, monkeypatch, caplog):
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.05)
    expiry.error = StorageUnavailable("gone: secret words")
    housekeeper = Housekeeper(make(expiry), enabled=True)
    housekeeper.start()
    until(lambda: "StorageUnavailable" in caplog.text)
    assert "secret" not in caplog.text
    expiry.error = None
    until(lambda: expiry.limits)
    housekeeper.stop()


def test_stopping_waits_for_the_batch_under_way_only(expiry):
    begun, go_on = threading.Event(), threading.Event()
    drop_batch = expiry.drop_batch

    def slow(limits: Limits, after: str) -> tuple[dict[str, int], str | None]:
        begun.set()
        assert go_on.wait(5)
        return drop_batch(limits, "")

    expiry.drop_batch = slow
    housekeeper = Housekeeper(make(expiry), enabled=True)
    housekeeper.start()
    assert begun.wait(5)
    threading.Timer(0.1, go_on.set).start()
    housekeeper.stop()
    assert len(expiry.limits) == 1
