"""What visitors ask for about their own data."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from clinicbot.storage.audit import utc_now
from clinicbot.storage.callback_requests import ALPHABET
from clinicbot.storage.tables import privacy_requests
from clinicbot.storage.unit_of_work import joined

NEW = "new"


class SqlPrivacyRequests:
    """Implements services.ports.PrivacyRequests."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def record(self, conversation_id: str, kind: str) -> str:
        """Stores a request in the current message's transaction; gives its reference.

        Asking again while the first request is open gives the same reference.

        Raises:
            StorageUnavailable: the database failed, or there is no such conversation.
        """
        with joined(self._engine) as connection:
            mine = {"conversation_id": conversation_id, "kind": kind, "status": NEW}
            asked = sa.select(privacy_requests.c.reference).filter_by(**mine)
            known: str | None = connection.execute(asked).scalar()
            if known:
                return known
            reference = _free_reference(connection)
            values = {"reference": reference, "created_at": self._now(), **mine}
            connection.execute(privacy_requests.insert().values(**values))
            return reference


def _free_reference(connection: Connection) -> str:
    while True:
        reference = "PR-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        taken = sa.select(privacy_requests.c.reference).filter_by(reference=reference)
        if connection.execute(taken).first() is None:
            return reference
