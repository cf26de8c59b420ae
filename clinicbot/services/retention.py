"""How long things are kept, and the run that deletes what is older."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from clinicbot.errors import ClinicBotError
from clinicbot.services.privacy import SYSTEM, AuditTrail, add_counts

FORM_VALUES = timedelta(days=1)
FIRST_SECONDS = 10.0
EVERY_SECONDS = 3600.0
TICK_SECONDS = 30.0
# Between two batches other writers get their turn.
PAUSE_SECONDS = 0.05

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeepPeriods:
    """How long each kind of thing is kept."""

    chats: timedelta
    requests: timedelta
    audit: timedelta


@dataclass(frozen=True)
class Limits:
    """What is older than these moments goes."""

    chats: datetime
    requests: datetime
    form_values: datetime
    audit: datetime


class Expiry(Protocol):
    """Deletes what is over, in batches."""

    def drop_batch(self, limits: Limits, after: str) -> tuple[dict[str, int], str | None]:
        """Deletes the next few conversations behind the id `after` that are over.

        Gives the rows deleted by table, and the last id it looked at; None at the end.
        """

    def drop_form_values(self, limits: Limits) -> dict[str, int]:
        """Deletes values of forms that nobody went on with."""

    def drop_audit(self, limits: Limits) -> dict[str, int]:
        """Deletes the oldest audit rows; a new row says up to which."""

    def clean_up(self, whatever_it_takes: bool) -> bool:
        """Removes the bytes of deleted rows from the database's files; False if it could not."""

    def is_dirty(self) -> bool:
        """Whether deleted bytes may still stand in the database's files."""


class Retention:
    """One run deletes everything that is older than its period."""

    def __init__(
        self,
        expiry: Expiry,
        audit: AuditTrail,
        periods: KeepPeriods,
        now: Callable[[], datetime],
        pause: Callable[[float], object] = lambda seconds: threading.Event().wait(seconds),
    ) -> None:
        self._expiry = expiry
        self._audit = audit
        self._periods = periods
        self._now = now
        self._pause = pause

    def run(
        self, actor: str = SYSTEM, stopped: Callable[[], bool] = lambda: False
    ) -> dict[str, int]:
        """Deletes batch by batch; gives the rows deleted by table.

        Args:
            actor: who asked for it; a person's run leaves a row in the trail in any case.
            stopped: asked between batches; the rest is left to the next run.
        """
        limits = self._limits()
        counts = [self._expiry.drop_form_values(limits)]
        after: str | None = ""
        while after is not None and not stopped():
            dropped, after = self._expiry.drop_batch(limits, after)
            counts.append(dropped)
            self._pause(PAUSE_SECONDS)
        counts.append(self._expiry.drop_audit(limits))
        total = add_counts(counts)
        if total or actor != SYSTEM:
            self._audit.record(actor, "retention", "database", **total)
        self.clean_up()
        return total

    def clean_up(self) -> bool:
        """What visitors need not wait for; does nothing where nothing was deleted."""
        return not self._expiry.is_dirty() or self._expiry.clean_up(False)

    def clean_up_all(self) -> bool:
        """Whatever it takes, and whoever deleted: for people who ask for it."""
        return self._expiry.clean_up(True)

    def _limits(self) -> Limits:
        now, periods = self._now(), self._periods
        return Limits(
            now - periods.chats, now - periods.requests, now - FORM_VALUES, now - periods.audit
        )


class Housekeeper:
    """Runs the retention every hour in a thread of its own, and what is left to clean."""

    def __init__(self, retention: Retention, enabled: bool) -> None:
        self._retention = retention
        self._enabled = enabled
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Starts the thread; the first run is a few seconds later."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch under way."""
        self._stop.set()
        self._thread.join(15.0)

    def _loop(self) -> None:
        wait, since_run = FIRST_SECONDS, EVERY_SECONDS
        while not self._stop.wait(wait):
            since_run += wait
            due = self._enabled and since_run >= EVERY_SECONDS
            self._work(due)
            wait, since_run = TICK_SECONDS, 0.0 if due else since_run

    def _work(self, due: bool) -> None:
        """A failure is left to the next time: chats go on while the database is away."""
        try:
            if due:
                self._retention.run(stopped=self._stop.is_set)
            else:
                self._retention.clean_up()
        except ClinicBotError as error:
            logger.error("Housekeeping failed (%s); it is tried again.", type(error).__name__)
