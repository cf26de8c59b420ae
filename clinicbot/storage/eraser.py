"""Deletes conversations with everything of theirs, and remembers that it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from clinicbot.services.privacy import VISITOR, Receipt, TargetKind
from clinicbot.storage.audit import append_row, utc_now
from clinicbot.storage.clean_up import clean_up
from clinicbot.storage.conversation_lock import hold
from clinicbot.storage.engine import is_sqlite, reading, storage_errors, writing
from clinicbot.storage.erasure_files import ErasureFiles, Tombstone
from clinicbot.storage.erasure_plan import PARTS, delete_conversation
from clinicbot.storage.tables import consents, conversations, erasures

CONVERSATION = TargetKind.CONVERSATION.value
# What a visitor who deletes a chat waits for: about a second.
VISITORS_MEGABYTES = 100.0


class SqlEraser:
    """One for a database; its methods block.

    Attributes:
        is_dirty: whether bytes of deleted rows may still stand in the database's files.
    """

    def __init__(
        self,
        engine: Engine,
        files: ErasureFiles | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Without `files` nothing is remembered outside: for tests and rehearsals."""
        self._engine = engine
        self._files = files
        self._now = now
        self.is_dirty = False

    def erase(self, conversation_ids: Sequence[str], actor: str) -> Receipt:
        """Deletes each of them in a transaction of its own, and its exports; then cleans up."""
        receipt = Receipt()
        for conversation_id in conversation_ids:
            receipt += Receipt(self._erase_one(conversation_id, actor))
        if not receipt.total:
            return receipt
        self.is_dirty = True
        marks = [self.mark(CONVERSATION, i) for i in conversation_ids]
        files = self._files.delete_exports(marks) if self._files else 0
        return receipt + Receipt(files=files, clean=self._clean_up_for(actor))

    def remember(self, stone: Tombstone) -> None:
        """Leaves a tombstone that belongs to no single conversation."""
        with writing(self._engine) as connection:
            self._remember(connection, stone)

    def list_tombstones(self) -> tuple[list[Tombstone], int]:
        """Those of the file and of the database, and how many lines of the file are of no use."""
        found, unmatched = self._files.read() if self._files else ([], 0)
        with reading(self._engine) as connection:
            for row in connection.execute(sa.select(erasures)):
                found.append(Tombstone(row.kind, row.key_hash, row.erased_at))
        return found, unmatched

    def mark(self, kind: str, value: str) -> str:
        """The keyed hash of a conversation id or a contact; empty where there is no key."""
        return self._files.hash(kind, value) if self._files else ""

    def note_export(self, conversation_ids: Sequence[str], path: str, sha256: str) -> None:
        """Remembers a file, so that an erasure deletes it too."""
        if self._files:
            marks = [self.mark(CONVERSATION, i) for i in conversation_ids]
            self._files.note_export(marks, path, sha256)

    def clean_up(self, megabytes: float | None = None) -> bool:
        """Removes the bytes of what was deleted; False if it must be tried again.

        A SQLite file of more than that many megabytes is not written anew.
        """
        names = [table.name for table in (*PARTS, conversations)]
        with storage_errors():
            done = clean_up(self._engine, names, megabytes)
        self.is_dirty = not done
        return done

    def _clean_up_for(self, actor: str) -> bool:
        """Visitors wait for a small file only; the housekeeper does the rest."""
        if actor != VISITOR:
            return self.clean_up()
        return is_sqlite(self._engine) and self.clean_up(VISITORS_MEGABYTES)

    def _erase_one(self, conversation_id: str, actor: str) -> dict[str, int]:
        """Waits for the message under way, so that it cannot store anything afterwards."""
        with writing(self._engine) as connection:
            hold(connection, conversation_id)
            of_it = sa.select(consents).filter_by(conversation_id=conversation_id)
            consent = connection.execute(of_it).first()
            counts = delete_conversation(connection, conversation_id)
            if not counts:
                return counts
            mark = self.mark(CONVERSATION, conversation_id)
            target = f"{CONVERSATION}:{mark[:16]}"
            append_row(connection, self._now(), actor, "erase", target, counts)
            version = consent.version if consent else None
            accepted = consent.accepted_at if consent else None
            stone = Tombstone(CONVERSATION, mark, self._now(), version, accepted)
            # Last before the commit: what the file says and the database does not is erased
            # by the next replay, but not the other way round.
            self._remember(connection, stone)
        return counts

    def _remember(self, connection: Connection, stone: Tombstone) -> None:
        if not self._files:
            return
        connection.execute(erasures.delete().filter_by(key_hash=stone.key_hash))
        connection.execute(erasures.insert().values(**vars(stone)))
        self._files.append(stone)
