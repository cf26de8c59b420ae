"""Finding, erasing and collecting everything stored of one visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from clinicbot.services.privacy import SYSTEM, Receipt, Target, TargetKind
from clinicbot.storage.audit import utc_now
from clinicbot.storage.engine import reading
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.erasure_files import Tombstone
from clinicbot.storage.erasure_plan import PARTS
from clinicbot.storage.tables import (
    callback_requests,
    conversations,
    form_values,
    privacy_requests,
)

CONVERSATION, CONTACT = TargetKind.CONVERSATION.value, TargetKind.CONTACT.value
# The spelling of a contact and the time it was left, to: is it the one that is meant?
Matches = Callable[[str, datetime], bool]


class SqlPersonalData:
    """Implements services.privacy.PersonalData. Its methods block."""

    def __init__(
        self,
        engine: Engine,
        eraser: SqlEraser,
        contact_key: Callable[[str], str],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`contact_key` gives the one spelling of a telephone number or an e-mail address."""
        self._engine = engine
        self._eraser = eraser
        self._contact_key = contact_key
        self._now = now

    def find(self, target: Target) -> list[str]:
        """The ids of the conversations that this target names."""
        value = target.value.strip()
        with reading(self._engine) as connection:
            if target.kind is TargetKind.CONTACT:
                wanted = self._contact_key(value)
                return self._find_contact(connection, lambda key, _: key == wanted)
            if target.kind is TargetKind.CONVERSATION:
                found = sa.select(conversations.c.id).filter_by(id=value)
                return list(connection.execute(found).scalars())
            tables, where = (callback_requests, privacy_requests), {"reference": value.upper()}
            queries = [sa.select(t.c.conversation_id).filter_by(**where) for t in tables]
            return list(connection.execute(sa.union(*queries)).scalars())

    def erase(self, conversation_ids: Sequence[str], target: Target, actor: str) -> Receipt:
        """Deletes these conversations everywhere, and remembers that they were deleted.

        A contact leaves a tombstone too: an older backup may know it from conversations that
        are gone by now.
        """
        if conversation_ids and target.kind is TargetKind.CONTACT:
            self._eraser.remember(Tombstone(CONTACT, self.mark(target), self._now()))
        return self._eraser.erase(conversation_ids, actor)

    def collect(self, conversation_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Everything held of these conversations, by table."""
        with reading(self._engine) as connection:
            return [_collect(connection, i) for i in conversation_ids]

    def mark(self, target: Target) -> str:
        """A keyed hash that stands for the target where it must not be named."""
        value = target.value.strip()
        if target.kind is TargetKind.CONTACT:
            value = self._contact_key(value)
        return self._eraser.mark(target.kind.value, value)

    def note_export(self, conversation_ids: Sequence[str], path: str, sha256: str) -> None:
        """Remembers a file, so that an erasure deletes it too."""
        self._eraser.note_export(conversation_ids, path, sha256)

    def replay(self) -> Receipt:
        """Erases again what was erased before, as after the restore of an older backup."""
        stones, unmatched = self._eraser.list_tombstones()
        gone = {stone.key_hash for stone in stones if stone.kind == CONVERSATION}
        contacts = {s.key_hash: s.erased_at for s in stones if s.kind == CONTACT}

        def is_erased(key: str, at: datetime) -> bool:
            # What somebody left after the erasure is a new request.
            erased_at = contacts.get(self._eraser.mark(CONTACT, key))
            return erased_at is not None and at <= erased_at

        found: list[str] = []
        with reading(self._engine) as connection:
            if gone:
                every = connection.execute(sa.select(conversations.c.id)).scalars()
                found += [i for i in every if self._eraser.mark(CONVERSATION, i) in gone]
            if contacts:
                found += self._find_contact(connection, is_erased)
        receipt = self._eraser.erase(list(dict.fromkeys(found)), SYSTEM)
        return receipt + Receipt(unmatched=unmatched)

    def _find_contact(self, connection: Connection, matches: Matches) -> list[str]:
        """Conversations in which a matching contact was left, in a request or an open form."""
        of_request, of_form = callback_requests.c, form_values.c
        requests = sa.select(
            of_request.conversation_id,
            of_request.contact_key,
            of_request.contact.label("text"),
            of_request.created_at.label("at"),
        )
        forms = sa.select(
            of_form.conversation_id,
            sa.null().label("contact_key"),
            of_form.value.label("text"),
            of_form.at.label("at"),
        )
        found: dict[str, None] = {}
        for query in (requests, forms):
            for row in connection.execute(query):
                # Older requests have no key, or one of another region's spelling.
                keys = {row.contact_key, self._contact_key(row.text)} - {None, ""}
                if any(matches(key, row.at) for key in keys):
                    found[row.conversation_id] = None
        return list(found)


def _collect(connection: Connection, conversation_id: str) -> dict[str, Any]:
    own = sa.select(conversations).filter_by(id=conversation_id)
    tables = {"conversations": _rows(connection, own)}
    for table in PARTS:
        query = sa.select(table).filter_by(conversation_id=conversation_id)
        tables[table.name] = _rows(connection, query.order_by(*table.primary_key.columns))
    return tables


def _rows(connection: Connection, query: sa.sql.Select) -> list[dict[str, Any]]:
    """The rows as JSON knows them: times in ISO 8601."""
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row._mapping.items()
        }
        for row in connection.execute(query)
    ]
