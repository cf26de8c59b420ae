"""Erasing and exporting everything held of one visitor, and the trail of who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

Detail = int | bool | str | Sequence[str]
# Who acted where no person did.
VISITOR, SYSTEM = "visitor", "clinicbot"


class TargetKind(str, Enum):
    """By what a visitor is found."""

    CONVERSATION = "conversation"
    CONTACT = "contact"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Target:
    """A visitor, named by a conversation, a telephone number or address, or a reference."""

    kind: TargetKind
    value: str


@dataclass(frozen=True)
class Receipt:
    """What an erasure deleted: rows of each table, and files.

    Attributes:
        rows: number of rows by table; tables without any are left out.
        files: exports that were deleted.
        clean: whether the deleted bytes are gone from the database's files too. False means
            that somebody was reading all the time; the server tries again by itself.
        unmatched: tombstones that were made with another session key (replays only).
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    clean: bool = True
    unmatched: int = 0

    @property
    def total(self) -> int:
        """Rows deleted, in all tables."""
        return sum(self.rows.values())

    def __add__(self, other: Receipt) -> Receipt:
        rows = add_counts([self.rows, other.rows])
        unmatched = self.unmatched + other.unmatched
        return Receipt(rows, self.files + other.files, self.clean and other.clean, unmatched)


def add_counts(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums by name; names with nothing are left out."""
    total: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            if count:
                total[name] = total.get(name, 0) + count
    return total


@dataclass(frozen=True)
class Verdict:
    """Whether the audit trail is whole: `broken` is the number of the first bad row."""

    rows: int
    last_hash: str
    broken: int | None = None


class AuditTrail(Protocol):
    """Who saw or changed what. Rows are only ever added."""

    def record(self, actor: str, action: str, target: str, **details: Detail) -> None:
        """Adds a row; inside a message's turn it joins its transaction.

        Raises:
            ValueError: a detail is no number, name or id: personal data has no place here.
        """

    def list_rows(self, limit: int) -> list[dict[str, Any]]:
        """The newest rows, oldest first."""

    def verify(self) -> Verdict:
        """Walks the chain of hashes."""


class PersonalData(Protocol):
    """Everything stored of visitors."""

    def find(self, target: Target) -> list[str]:
        """The ids of the conversations that this target names."""

    def erase(self, conversation_ids: Sequence[str], target: Target, actor: str) -> Receipt:
        """Deletes these conversations everywhere, and remembers that they were deleted."""

    def collect(self, conversation_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Everything held of these conversations, by table."""

    def mark(self, target: Target) -> str:
        """A keyed hash that stands for the target where it must not be named."""

    def note_export(self, conversation_ids: Sequence[str], path: str, sha256: str) -> None:
        """Remembers a file, so that an erasure deletes it too."""

    def replay(self) -> Receipt:
        """Erases again what was erased before, as after the restore of an older backup."""


class PrivacyService:
    """Answers what visitors ask about their own data."""

    def __init__(self, data: PersonalData, audit: AuditTrail, now: Callable[[], datetime]) -> None:
        self._data = data
        self._audit = audit
        self._now = now

    def erase(self, target: Target, actor: str) -> Receipt:
        """Erases everything of the target; an empty receipt where nothing was found."""
        return self._data.erase(self._data.find(target), target, actor)

    def export(self, target: Target, actor: str) -> dict[str, Any] | None:
        """Everything held of the target, audited before it is given; None if there is nothing."""
        found = self._data.find(target)
        if not found:
            return None
        self._audit.record(
            actor, "export", f"{target.kind.value}:{self._data.mark(target)}", found=len(found)
        )
        return {
            "made_at": self._now().isoformat(),
            "asked_by": target.kind.value,
            "conversations": self._data.collect(found),
        }

    def note_export(self, target: Target, path: str, sha256: str) -> None:
        """Remembers where an export was written."""
        self._data.note_export(self._data.find(target), path, sha256)

    def replay(self) -> Receipt:
        """See PersonalData.replay; the trail gets a row where something was found again."""
        receipt = self._data.replay()
        if receipt.total:
            self._audit.record(SYSTEM, "erase.replayed", "backup", rows=receipt.total)
        return receipt
