"""What one turn reads and writes, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clinicbot.errors import NotFound
from clinicbot.knowledge.conversation import ChatEvent, EventType
from clinicbot.services.turns import Rewrite, Session, TurnLog
from clinicbot.storage.conversations import select_events
from clinicbot.storage.engine import storage_errors
from clinicbot.storage.tables import (
    chat_events,
    conversations,
    processed_messages,
    tracker_events,
)
from clinicbot.storage.turn_rows import (
    accept_notice,
    delete_form_values,
    insert_events,
    insert_facts,
    replace_form_values,
    rewrite_stored,
    select_form_values,
)


class SqlTurn:
    """Implements services.turns.Turn.

    The counters of the conversation are read at the beginning and written back by `record`;
    the lock makes that safe, the primary keys (conversation, number) prove it.
    """

    def __init__(self, connection: Connection, conversation_id: str, now: datetime) -> None:
        """Raises NotFound if there is no such conversation."""
        self.conversation_id = conversation_id
        self.now = now
        self._connection = connection
        with storage_errors():
            found = sa.select(conversations).filter_by(id=conversation_id)
            row = connection.execute(found).first()
        if row is None:
            raise NotFound("There is no such conversation.")
        self.session = Session(row.session, row.session_turns, row.last_message_at)
        self.paused_until: datetime | None = row.paused_until
        self._last_seq = row.last_seq
        self._last_n = row.last_n

    def find_reply(self, client_id: str) -> list[ChatEvent] | None:
        """The events stored for this client id; None if it was not answered yet."""
        with storage_errors():
            where = {"conversation_id": self.conversation_id, "client_id": client_id}
            found = sa.select(processed_messages).filter_by(**where)
            row = self._connection.execute(found).first()
            if row is None:
                return None
            between = chat_events.c.n.between(row.first_n, row.last_n)
            return select_events(self._connection, self.conversation_id, between)

    def list_recent_events(self, limit: int) -> list[ChatEvent]:
        """The last so many events, oldest first."""
        with storage_errors():
            recent = chat_events.c.n > self._last_n - limit
            return select_events(self._connection, self.conversation_id, recent)

    def load_session(self) -> list[dict[str, Any]]:
        """The dialogue events of the current session only, in order."""
        with storage_errors():
            query = sa.select(tracker_events.c.data).filter_by(
                conversation_id=self.conversation_id, session=self.session.number
            )
            return list(self._connection.execute(query.order_by(tracker_events.c.seq)).scalars())

    def start_session(self) -> None:
        """From here on, dialogue events belong to a new session; form values are deleted."""
        with storage_errors():
            delete_form_values(self._connection, self.conversation_id)
        self.session = Session(self.session.number + 1, 0, self.session.last_message_at)

    def load_form_values(self) -> dict[str, str]:
        """What was filled into a form that is not finished: slot to value."""
        with storage_errors():
            return select_form_values(self._connection, self.conversation_id)

    def keep_form_values(self, values: Mapping[str, str | None]) -> None:
        """Keeps these values beside those kept before; None deletes one."""
        if values:
            with storage_errors():
                replace_form_values(self._connection, self.conversation_id, values, self.now)

    def rewrite_earlier(self, rewrite: Rewrite) -> int:
        """Stores what `rewrite` changes in everything stored of this conversation."""
        with storage_errors():
            return rewrite_stored(self._connection, self.conversation_id, rewrite)

    def pause(self, until: datetime) -> None:
        """The visitor is not answered until then, but for danger."""
        self.paused_until = until
        with storage_errors():
            update = conversations.update().filter_by(id=self.conversation_id)
            self._connection.execute(update.values(paused_until=until))

    def append_to_session(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Stores dialogue events behind those stored before."""
        rows = [
            {
                "conversation_id": self.conversation_id,
                "seq": self._last_seq + offset,
                "session": self.session.number,
                "type": event["event"],
                "data": event,
            }
            for offset, event in enumerate(events, start=1)
        ]
        if rows:
            with storage_errors():
                self._connection.execute(tracker_events.insert(), rows)
            self._last_seq += len(rows)

    def record(
        self,
        client_id: str,
        messages: Sequence[tuple[EventType, Mapping[str, Any]]],
        log: TurnLog,
    ) -> list[ChatEvent]:
        """Stores what was said in this turn, the visitor's message first; gives its events."""
        first = self._last_n + 1
        events = [
            ChatEvent(n=n, type=kind, at=self.now, message=message)
            for n, (kind, message) in enumerate(messages, start=first)
        ]
        self._last_n += len(events)
        with storage_errors():
            if first == 1:
                accept_notice(self._connection, self.conversation_id, self.now)
            insert_events(self._connection, self.conversation_id, events)
            insert_facts(self._connection, self.conversation_id, client_id, events, log)
            self._update_counters()
        return events

    def _update_counters(self) -> None:
        update = conversations.update().filter_by(id=self.conversation_id)
        self._connection.execute(
            update.values(
                session=self.session.number,
                session_turns=self.session.turns + 1,
                last_seq=self._last_seq,
                last_n=self._last_n,
                last_message_at=self.now,
            )
        )
