"""The commands about visitors' data, as `clinicbot --help` shows them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from clinicbot.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int]
LIMIT = 50


def add_data_commands(commands: Any) -> None:
    """Registers them."""
    erase = _add(commands, "erase", "erase everything of one visitor", _erase)
    export = _add(commands, "export", "export everything held of one visitor", _export)
    for parser in (erase, export):
        target = parser.add_mutually_exclusive_group(required=True)
        target.add_argument("--conversation", metavar="ID")
        target.add_argument("--contact", metavar="X", help="a phone number or e-mail address")
        target.add_argument("--reference", metavar="REF", help="CB-... or PR-...")
    export.add_argument("--out", metavar="FILE", help="a file that does not exist yet")
    retention = _add(commands, "retention", "delete what was kept long enough", _retention)
    retention.add_argument("what", choices=["run"])
    audit = _add(commands, "audit", "who saw or changed what", _audit)
    audit.add_argument("what", choices=["list", "verify"])
    flags = _add(commands, "flags", "conversations flagged for staff", _flags)
    flags.add_argument("what", choices=["list"])
    for parser in (audit, flags):
        parser.add_argument("--limit", type=int, default=LIMIT)
    _add_requests(commands)
    privacy = _add(commands, "privacy", "what visitors asked about their data", _privacy)
    steps = privacy.add_subparsers(required=True, metavar="what", dest="what")
    steps.add_parser("list").add_argument("--limit", type=int, default=LIMIT)
    steps.add_parser("done").add_argument("reference")


def _add_requests(commands: Any) -> None:
    requests = _add(commands, "requests", "call-back requests, names unmasked", _requests)
    steps = requests.add_subparsers(required=True, metavar="what", dest="what")
    steps.add_parser("list").add_argument("--limit", type=int, default=LIMIT)
    steps.add_parser("show").add_argument("reference")
    change = steps.add_parser("set")
    change.add_argument("reference")
    change.add_argument("--status", required=True, help="new, called, done or cancelled")


def _add(commands: Any, name: str, help_text: str, run: Command) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    command.set_defaults(run=run)
    return command


# Each command imports what it needs when it runs.


def _erase(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.visitor_data import erase

    return erase(settings, asked)


def _export(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.visitor_data import export

    return export(settings, asked)


def _retention(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.housekeeping import run_retention

    return run_retention(settings)


def _audit(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.desk import list_audit, verify_audit

    return verify_audit(settings) if asked.what == "verify" else list_audit(settings, asked.limit)


def _flags(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.desk import list_flags

    return list_flags(settings, asked.limit)


def _requests(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands import desk

    if asked.what == "list":
        return desk.list_callbacks(settings, asked.limit)
    if asked.what == "show":
        return desk.show_callback(settings, asked.reference)
    return desk.set_callback_status(settings, asked.reference, asked.status)


def _privacy(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands import desk

    if asked.what == "list":
        return desk.list_wishes(settings, asked.limit)
    return desk.settle_wish(settings, asked.reference)
