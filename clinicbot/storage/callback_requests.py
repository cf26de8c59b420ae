"""Requests to be called back."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from clinicbot.knowledge.contact_key import normalized_contact
from clinicbot.storage.tables import callback_requests
from clinicbot.storage.unit_of_work import joined

# No 0/O, 1/I/L: a reference is read out on the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class SqlCallbackRequests:
    """Implements services.ports.CallbackRequests."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        conversation_id: str,
        name: str,
        contact: str,
        *,
        region: str | None = None,
        talk_first: bool = False,
    ) -> str:
        """Stores a request in the current message's transaction; gives its reference.

        Raises:
            StorageUnavailable: the database failed, or there is no such conversation.
        """
        with joined(self._engine) as connection:
            reference = _free_reference(connection)
            connection.execute(
                callback_requests.insert().values(
                    reference=reference,
                    conversation_id=conversation_id,
                    name=name,
                    contact=contact,
                    contact_key=normalized_contact(contact, region),
                    talk_first=talk_first,
                    created_at=datetime.now(timezone.utc),
                    status="new",
                )
            )
            return reference


def _free_reference(connection: Connection) -> str:
    while True:
        reference = "CB-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        taken = sa.select(callback_requests.c.reference).filter_by(reference=reference)
        if connection.execute(taken).first() is None:
            return reference
