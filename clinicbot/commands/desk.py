"""`clinicbot requests`, `flags`, `privacy` and `audit`: what staff see and settle."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from clinicbot.commands.privacy_tools import actor, privacy_of
from clinicbot.settings import Settings


def list_callbacks(settings: Settings, limit: int) -> int:
    with privacy_of(settings) as privacy:
        rows = privacy.desk.list_callbacks(actor(), limit)
    names = ("reference", "status", "created_at", "name", "contact", "talk_first")
    _print_rows(rows, names, "No requests.")
    return 0


def show_callback(settings: Settings, reference: str) -> int:
    with privacy_of(settings) as privacy:
        row = privacy.desk.show_callback(actor(), reference.upper())
    for name, value in row.items():
        print(f"{name:16} {_plain(value)}")
    return 0


def set_callback_status(settings: Settings, reference: str, status: str) -> int:
    with privacy_of(settings) as privacy:
        privacy.desk.set_callback_status(actor(), reference.upper(), status)
    print(f"{reference.upper()} is {status}.")
    return 0


def list_flags(settings: Settings, limit: int) -> int:
    with privacy_of(settings) as privacy:
        rows = privacy.desk.list_flags(limit)
    _print_rows(rows, ("at", "flag", "conversation_id", "n"), "No flags.")
    return 0


def list_wishes(settings: Settings, limit: int) -> int:
    with privacy_of(settings) as privacy:
        rows = privacy.desk.list_wishes(limit)
    names = ("reference", "kind", "status", "created_at", "conversation_id")
    _print_rows(rows, names, "No requests.")
    return 0


def settle_wish(settings: Settings, reference: str) -> int:
    with privacy_of(settings) as privacy:
        privacy.desk.settle_wish(actor(), reference.upper())
    print(f"{reference.upper()} is done.")
    return 0


def list_audit(settings: Settings, limit: int) -> int:
    with privacy_of(settings) as privacy:
        rows = privacy.audit.list_rows(limit)
    _print_rows(rows, ("number", "at", "actor", "action", "target", "details"), "No rows.")
    return 0


def verify_audit(settings: Settings) -> int:
    """Exit status 1 where a row was changed, added or removed."""
    with privacy_of(settings) as privacy:
        verdict = privacy.audit.verify()
    if verdict.broken is not None:
        print(f"The audit trail is broken at row {verdict.broken}.", file=sys.stderr)
        return 1
    print(f"{verdict.rows} rows, all in order. Last hash: {verdict.last_hash}")
    return 0


def _print_rows(rows: Iterable[Mapping[str, Any]], names: Iterable[str], none: str) -> None:
    """One line a row, its fields separated by tabs."""
    lines = ["\t".join(_plain(row[name]) for name in names) for row in rows]
    print("\n".join(lines) if lines else none)


def _plain(value: Any) -> str:
    """One line; control characters of a visitor's text must not reach a terminal."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True)
    return "".join(c if c.isprintable() else " " for c in str(value))
