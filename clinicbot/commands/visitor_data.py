"""`clinicbot erase` and `clinicbot export`: everything of one visitor."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from clinicbot.commands.privacy_tools import actor, privacy_of
from clinicbot.errors import SetUpError
from clinicbot.services.privacy import PrivacyService, Receipt, Target, TargetKind
from clinicbot.settings import Settings


def erase(settings: Settings, asked: argparse.Namespace) -> int:
    """Erases and prints a receipt; finding nothing is no failure."""
    with privacy_of(settings) as privacy:
        receipt = privacy.service.erase(_target(asked), actor())
    if not receipt.total:
        print("Nothing found.")
        return 0
    _print_receipt(receipt)
    return 0


def export(settings: Settings, asked: argparse.Namespace) -> int:
    """Prints JSON, or writes it into a new file that only its owner can read.

    Raises:
        SetUpError: there is such a file already, or it cannot be written.
    """
    target = _target(asked)
    with privacy_of(settings) as privacy:
        if not asked.out:
            held = privacy.service.export(target, actor())
            print(_as_json(held) if held else "Nothing found.", end="" if held else "\n")
            return 0
        path = Path(asked.out).absolute()
        if path.exists():
            raise SetUpError(f"{path} exists; an export overwrites nothing.")
        held = privacy.service.export(target, actor())
        if held is None:
            print("Nothing found.")
            return 0
        _write(path, _as_json(held), privacy.service, target)
    print(f"Everything held was written to {path}; an erasure deletes it where it lies.")
    return 0


def _target(asked: argparse.Namespace) -> Target:
    for kind in TargetKind:
        if value := getattr(asked, kind.value):
            return Target(kind, value)
    raise SetUpError("Say whom: --conversation, --contact or --reference.")


def _print_receipt(receipt: Receipt) -> None:
    print("Erased:")
    for name, count in sorted(receipt.rows.items()):
        print(f"  {name:20} {count} rows")
    print(f"  {'exported files':20} {receipt.files} files")
    print(f"{receipt.total} rows and {receipt.files} files in all.")
    if not receipt.clean:
        print(
            "The rows are gone, but their bytes may still stand in the database's files, because "
            "it was being read all the time. `clinicbot retention run` tries again.",
            file=sys.stderr,
        )


def _as_json(held: dict[str, Any]) -> str:
    return json.dumps(held, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str, service: PrivacyService, target: Target) -> None:
    data = text.encode()
    # Noted first: a file that nobody knows of would outlive an erasure.
    service.note_export(target, str(path), hashlib.sha256(data).hexdigest())
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as writer:
            writer.write(data)
    except FileExistsError as error:
        raise SetUpError(f"{path} exists; an export overwrites nothing.") from error
    except OSError as error:
        raise SetUpError(f"{path} cannot be written: {error.strerror}.") from error
