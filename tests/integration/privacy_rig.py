"""A database with visitors in it, and the privacy side on it, with a clock that tests move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from clinicbot.knowledge.contact_key import normalized_contact
from clinicbot.services.desk import StaffDesk
from clinicbot.services.privacy import PrivacyService, Target, TargetKind
from clinicbot.services.retention import KeepPeriods, Retention
from clinicbot.services.turns import TurnLog
from clinicbot.storage import ErasureFiles, Storage, open_privacy, open_storage
from clinicbot.storage.eraser import SqlEraser
from clinicbot.storage.tables import metadata

KEY = "a key that only the tests know, long enough"
START = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)
DAY = timedelta(days=1)
PERIODS = KeepPeriods(30 * DAY, 180 * DAY, 2190 * DAY)
LOG = TurnLog("greet", 0.5, "answer", [{"name": "greet"}], kind="answer")


@dataclass
class PrivacyRig:
    """What the tests of privacy do with a database."""

    url: str
    folder: Path
    now: datetime = START
    storage: Storage = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Opens the database; again after `close`, as a server does."""
        files = ErasureFiles(self.folder, KEY)
        self.storage = open_storage(self.url, 5.0, files)
        eraser = SqlEraser(self.storage.engine, files, self.clock)
        self.stored = open_privacy(
            self.storage.engine, eraser, lambda text: normalized_contact(text, "US"), self.clock
        )
        self.service = PrivacyService(self.stored.data, self.stored.audit, self.clock)
        self.desk = StaffDesk(self.stored.desk, self.stored.audit)
        self.retention = Retention(
            self.stored.expiry, self.stored.audit, PERIODS, self.clock, pause=lambda seconds: None
        )

    def close(self) -> None:
        self.storage.close()

    def clock(self) -> datetime:
        return self.now

    def visit(self, conversation_id: str, *texts: str, notice: str = "v1") -> None:
        """A conversation in which these texts are said now, with a vote and a flag."""
        conversations = self.storage.conversations
        conversations.open(conversation_id, "https://clinic.example", self.now, notice)
        for text in texts:
            asyncio.run(self._say(conversation_id, text))
            conversations.record_feedback(conversation_id, 2, "down", text)
        self.run("UPDATE conversations SET created_at = :now WHERE id = :id", id=conversation_id)
        for table, column in (("conversations", "last_message_at"), ("chat_events", "at")):
            key = "id" if table == "conversations" else "conversation_id"
            sql = f"UPDATE {table} SET {column} = :now WHERE {key} = :id"
            if texts:
                self.run(sql, id=conversation_id)
        if texts:
            flag = (
                "INSERT INTO flags (conversation_id, n, flag, at) VALUES (:id, 1, 'crisis', :now)"
            )
            self.run(flag, id=conversation_id)

    async def _say(self, conversation_id: str, text: str) -> None:
        async with self.storage.make_turns().begin(conversation_id) as turn:
            turn.append_to_session([{"event": "user", "text": text}])
            said: Any = [("visitor", {"text": text}), ("assistant", {"blocks": [text]})]
            turn.record(text, said, LOG)

    def call_back(self, conversation_id: str, name: str = "Ann", contact: str = "") -> str:
        """A request to be called back, made now; gives its reference."""
        requests = self.storage.callback_requests
        reference = requests.record(conversation_id, name, contact or "614-889-1234")
        sql = "UPDATE callback_requests SET created_at = :now WHERE reference = :reference"
        self.run(sql, reference=reference)
        return reference

    def fill(self, conversation_id: str, slot: str, value: str) -> None:
        """A form that nobody finished."""
        columns = "conversation_id, slot, value, at"
        sql = f"INSERT INTO form_values ({columns}) VALUES (:id, :slot, :value, :now)"
        self.run(sql, id=conversation_id, slot=slot, value=value)

    def run(self, sql: str, **values: Any) -> None:
        statement = sa.text(sql)
        if ":now" in sql:
            moment = metadata.tables["flags"].c.at.type
            statement = statement.bindparams(sa.bindparam("now", type_=moment))
            values["now"] = self.now
        with self.storage.engine.begin() as connection:
            connection.execute(statement, values)

    def counts(self) -> dict[str, int]:
        """Rows by table, without the empty ones and those that hold no words."""
        with self.storage.engine.connect() as connection:
            every = {
                name: int(connection.execute(sa.select(sa.func.count()).select_from(t)).scalar())
                for name, t in metadata.tables.items()
                if name not in {"audit_log", "erasures"}
            }
        return {name: count for name, count in every.items() if count}

    def audit(self) -> list[tuple[str, str, str, Any]]:
        rows = self.stored.audit.list_rows(100)
        return [(row["actor"], row["action"], row["target"], row["details"]) for row in rows]

    def erase(self, kind: str, value: str) -> Any:
        return self.service.erase(Target(TargetKind(kind), value), "root")

    def export(self, kind: str, value: str) -> Any:
        return self.service.export(Target(TargetKind(kind), value), "root")
