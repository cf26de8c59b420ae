"""What is written outside the database: tombstones of erasures, and where exports lie.

A restored backup of the database brings back what was erased after it was made. The
tombstones do not come from that backup, so they tell what has to be erased again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clinicbot.errors import StorageUnavailable

TOMBSTONES, EXPORTS = "erasures.jsonl", "exports.jsonl"


@dataclass(frozen=True)
class Tombstone:
    """One thing that was erased, as a keyed hash; the consent is all that is remembered."""

    kind: str
    key_hash: str
    erased_at: datetime
    consent_version: str | None = None
    accepted_at: datetime | None = None


class ErasureFiles:
    """Files in the folder of everything written, readable by their owner only."""

    def __init__(self, folder: Path, session_key: str) -> None:
        self._tombstones = folder / TOMBSTONES
        self._exports = folder / EXPORTS
        self._key = hmac.digest(session_key.encode(), b"clinicbot erasures", "sha256")
        # Tells tombstones of this key from those of an earlier one, which match nothing.
        self._key_name = self.hash("key", "name")[:8]

    def hash(self, kind: str, value: str) -> str:
        """The keyed hash of a conversation id or of a contact."""
        return hmac.new(self._key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def append(self, tombstone: Tombstone) -> None:
        """Writes a tombstone; it is on the disk when this returns.

        Raises:
            StorageUnavailable: it cannot be written; then nothing may be erased either.
        """
        accepted = tombstone.accepted_at and tombstone.accepted_at.isoformat()
        line = {
            "kind": tombstone.kind,
            "key_hash": tombstone.key_hash,
            "erased_at": tombstone.erased_at.isoformat(),
            "consent_version": tombstone.consent_version,
            "accepted_at": accepted,
            "key": self._key_name,
        }
        _append_line(self._tombstones, line)

    def read(self) -> tuple[list[Tombstone], int]:
        """Every tombstone of this key, and how many lines can never match: made with
        another key, or broken."""
        found, unmatched = [], 0
        for line in _lines(self._tombstones):
            if line and line.get("key") == self._key_name:
                erased_at = datetime.fromisoformat(line["erased_at"])
                found.append(Tombstone(line["kind"], line["key_hash"], erased_at))
            else:
                unmatched += 1
        return found, unmatched

    def note_export(self, marks: Collection[str], path: str, sha256: str) -> None:
        """Remembers a file with everything held of these conversations."""
        _append_line(self._exports, {"marks": sorted(marks), "path": path, "sha256": sha256})

    def delete_exports(self, marks: Collection[str]) -> int:
        """Deletes the exports of these conversations that still lie where they were written,
        and forgets them; gives the number of files deleted."""
        lines = [line for line in _lines(self._exports) if line]
        mine = [line for line in lines if set(line["marks"]) & set(marks)]
        if not mine:
            return 0
        deleted = sum(_delete_if_same(Path(line["path"]), line["sha256"]) for line in mine)
        _rewrite(self._exports, [line for line in lines if line not in mine])
        return deleted


def _append_line(path: Path, line: dict[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A line that a power cut left half written must not spoil this one.
            size = os.fstat(file).st_size
            whole = not size or os.pread(file, 1, size - 1) == b"\n"
            text = ("" if whole else "\n") + json.dumps(line, sort_keys=True) + "\n"
            os.write(file, text.encode())
            os.fsync(file)
        finally:
            os.close(file)
        _sync_folder(path.parent)
    except OSError as error:
        raise StorageUnavailable(f"{path} cannot be written.") from error


def _lines(path: Path) -> Iterator[dict[str, Any] | None]:
    """Each line as an object; None for one that cannot be read."""
    if not path.exists():
        return
    for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        yield line if isinstance(line, dict) else None


def _rewrite(path: Path, lines: list[dict[str, Any]]) -> None:
    try:
        new = path.with_suffix(".new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as writer:
            writer.writelines(json.dumps(line, sort_keys=True) + "\n" for line in lines)
            writer.flush()
            os.fsync(file)
        new.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StorageUnavailable(f"{path} cannot be written.") from error


def _delete_if_same(path: Path, sha256: str) -> bool:
    """Deletes an export; not a file that somebody put in its place."""
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            return False
        path.unlink()
        return True
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
