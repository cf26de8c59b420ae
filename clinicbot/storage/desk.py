"""The rows that staff work with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from clinicbot.storage.engine import reading, writing
from clinicbot.storage.tables import callback_requests, flags, privacy_requests


class SqlDeskRows:
    """Implements services.desk.DeskRows. Its methods block."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_callbacks(self, limit: int) -> list[dict[str, Any]]:
        """The newest call-back requests, oldest first."""
        return self._newest(callback_requests, callback_requests.c.created_at, limit)

    def find_callback(self, reference: str) -> dict[str, Any] | None:
        """One call-back request."""
        with reading(self._engine) as connection:
            found = sa.select(callback_requests).filter_by(reference=reference)
            row = connection.execute(found).first()
            return dict(row._mapping) if row else None

    def set_callback_status(self, reference: str, status: str) -> bool:
        """Changes its status; False if there is no such request."""
        return self._set_status(callback_requests, reference, status)

    def list_flags(self, limit: int) -> list[dict[str, Any]]:
        """The newest flagged turns, oldest first."""
        return self._newest(flags, flags.c.at, limit)

    def list_wishes(self, limit: int) -> list[dict[str, Any]]:
        """The newest requests about a visitor's own data, oldest first."""
        return self._newest(privacy_requests, privacy_requests.c.created_at, limit)

    def settle_wish(self, reference: str) -> bool:
        """Marks one as done; False if there is no such request."""
        return self._set_status(privacy_requests, reference, "done")

    def _newest(
        self, table: sa.Table, moment: sa.sql.ColumnElement, limit: int
    ) -> list[dict[str, Any]]:
        with reading(self._engine) as connection:
            query = sa.select(table).order_by(moment.desc()).limit(limit)
            return [dict(row._mapping) for row in connection.execute(query)][::-1]

    def _set_status(self, table: sa.Table, reference: str, status: str) -> bool:
        with writing(self._engine) as connection:
            update = table.update().filter_by(reference=reference).values(status=status)
            return bool(connection.execute(update).rowcount)
