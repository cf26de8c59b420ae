"""The audit trail: rows that are only ever added, each bound to the one before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from clinicbot.services.privacy import Detail, Verdict
from clinicbot.storage.engine import is_sqlite, reading
from clinicbot.storage.tables import audit_log
from clinicbot.storage.unit_of_work import joined

# Any number: whoever adds a row waits here, so that no two rows follow the same one.
LOCK = 20261121
GENESIS = "0" * 64
EXPIRED = "audit.expired"
# Ids, references, names of tables and statuses; no sentence, address or telephone number.
PLAIN = re.compile(r"(?![\d.:-]{7,}$)[\w.:-]{0,80}")


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class SqlAuditTrail:
    """Implements services.privacy.AuditTrail."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def record(self, actor: str, action: str, target: str, **details: Detail) -> None:
        """Adds a row; inside a message's turn it joins its transaction.

        Raises:
            ValueError: a detail is no number, name or id.
            StorageUnavailable: the database failed.
        """
        with joined(self._engine) as connection:
            append_row(connection, self._now(), actor, action, target, details)

    def list_rows(self, limit: int) -> list[dict[str, Any]]:
        """The newest rows, oldest first."""
        with reading(self._engine) as connection:
            query = sa.select(audit_log).order_by(audit_log.c.number.desc()).limit(limit)
            rows = [dict(row._mapping) for row in connection.execute(query)]
        return rows[::-1]

    def verify(self) -> Verdict:
        """Walks the chain: every number, every hash, and what stands before the first row."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(audit_log).order_by(audit_log.c.number)).all()
        expired = {
            (row.details.get("through"), row.details.get("hash"))
            for row in rows
            if row.action == EXPIRED
        }
        before: tuple[int, str] = (0, GENESIS)
        if rows and (rows[0].number - 1, rows[0].previous) in expired:
            before = (rows[0].number - 1, rows[0].previous)
        for row in rows:
            if (row.number - 1, row.previous) != before or row.hash != _hash_of(row):
                return Verdict(len(rows), before[1], broken=row.number)
            before = (row.number, row.hash)
        return Verdict(len(rows), before[1])


def append_row(
    connection: Connection,
    now: datetime,
    actor: str,
    action: str,
    target: str,
    details: Mapping[str, Detail],
) -> None:
    """Adds a row behind the last one, in the caller's transaction.

    Raises:
        ValueError: a detail is no number, name or id.
    """
    for name, value in (*details.items(), ("target", target)):
        _check_plain(name, value)
    if not is_sqlite(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = connection.execute(
        sa.select(audit_log.c.number, audit_log.c.hash).order_by(audit_log.c.number.desc()).limit(1)
    ).first()
    row: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": now.astimezone(timezone.utc),
        "actor": actor[:128],
        "action": action,
        "target": target[:128],
        "details": json.loads(json.dumps(details)),
        "previous": last.hash if last else GENESIS,
    }
    connection.execute(audit_log.insert().values(**row, hash=_hash_values(row)))


def expire(connection: Connection, now: datetime, before: datetime) -> int:
    """Deletes the oldest rows, which are older than `before`; gives their number.

    The only deletion of audit rows there is: a new row, inside the chain, tells up to which
    row and hash it went, so that a beginning that was cut off in any other way is found.
    """
    young = sa.select(sa.func.min(audit_log.c.number)).where(audit_log.c.at >= before)
    first_kept = connection.execute(young).scalar()
    newest = connection.execute(sa.select(sa.func.max(audit_log.c.number))).scalar()
    through = (first_kept or (newest or 0) + 1) - 1
    last = connection.execute(sa.select(audit_log.c.hash).filter_by(number=through)).scalar()
    if last is None:
        return 0
    append_row(connection, now, "clinicbot", EXPIRED, "audit", {"through": through, "hash": last})
    gone = audit_log.delete().where(audit_log.c.number <= through)
    return int(connection.execute(gone).rowcount)


def _check_plain(name: str, value: Detail) -> None:
    parts = [value] if isinstance(value, (str, int)) else list(value)
    if not all(isinstance(part, int) or PLAIN.fullmatch(part) for part in parts):
        raise ValueError(f"The audit detail {name!r} is no number, name or id.")


def _hash_of(row: Row) -> str:
    return _hash_values(dict(row._mapping))


def _hash_values(row: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before it and the row in one canonical spelling."""
    names = ("number", "actor", "action", "target", "details", "previous")
    values = {name: row[name] for name in names} | {"at": row["at"].isoformat()}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
