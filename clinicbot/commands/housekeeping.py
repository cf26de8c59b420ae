"""`clinicbot retention run`, and the same in the background of `clinicbot serve`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from clinicbot.bootstrap import Privacy
from clinicbot.commands.privacy_tools import actor, privacy_of
from clinicbot.services.retention import Housekeeper
from clinicbot.settings import Settings


def run_retention(settings: Settings) -> int:
    """Erases again what a restored backup brought back, then deletes what is too old."""
    with privacy_of(settings) as privacy:
        replay_erasures(privacy)
        counts = privacy.retention.run(actor())
        clean = privacy.retention.clean_up_all()
    for name, count in sorted(counts.items()):
        print(f"{name:20} {count} rows deleted")
    if not counts:
        print("Nothing was older than its time.")
    if not clean:
        print("Deleted bytes still stand in the database's files; run it again.", file=sys.stderr)
    return 0


@contextmanager
def housekeeping(privacy: Privacy, settings: Settings) -> Iterator[None]:
    """Erases again what a restored backup brought back, before anybody can ask for it; then
    the retention runs every hour."""
    replay_erasures(privacy)
    housekeeper = Housekeeper(privacy.retention, settings.retention)
    housekeeper.start()
    try:
        yield
    finally:
        housekeeper.stop()


def replay_erasures(privacy: Privacy) -> None:
    """Says what it did, if there was something to do."""
    receipt = privacy.service.replay()
    if receipt.total:
        print(f"Erased again after a restore: {receipt.total} rows.", flush=True)
    if receipt.unmatched:
        print(
            f"{receipt.unmatched} lines of erasures.jsonl were made with another "
            "CLINIC_SESSION_KEY or are broken: what they erased cannot be recognized.",
            file=sys.stderr,
        )
