"""The tables. A test holds that the migrations make exactly these."""

from __future__ import annotations

from datetime import datetime, timezone

import sqlalchemy as sa


class UtcDateTime(sa.types.TypeDecorator):
    """A moment in UTC: SQLite forgets time zones, so they are put back when reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: sa.engine.Dialect
    ) -> datetime | None:
        return value.astimezone(timezone.utc) if value else None

    def process_result_value(
        self, value: datetime | None, dialect: sa.engine.Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value


metadata = sa.MetaData()


def _conversation(**options: bool) -> sa.Column:
    """The column that ties a row to its conversation and dies with it."""
    target = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(64), target, nullable=False, **options)


conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("origin", sa.String(255), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    # Counters, so that no message ever has to count the rows of the earlier ones.
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("session_turns", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("last_n", sa.Integer, nullable=False),
    sa.Column("last_message_at", UtcDateTime),
)

chat_events = sa.Table(
    "chat_events",
    metadata,
    _conversation(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("message", sa.JSON, nullable=False),
)

processed_messages = sa.Table(
    "processed_messages",
    metadata,
    _conversation(primary_key=True),
    sa.Column("client_id", sa.String(128), primary_key=True),
    sa.Column("first_n", sa.Integer, nullable=False),
    sa.Column("last_n", sa.Integer, nullable=False),
)

tracker_events = sa.Table(
    "tracker_events",
    metadata,
    _conversation(primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index("ix_tracker_events_session", "conversation_id", "session", "seq"),
)

turn_log = sa.Table(
    "turn_log",
    metadata,
    _conversation(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("intent", sa.String(128)),
    sa.Column("confidence", sa.Float),
    sa.Column("band", sa.String(16)),
    sa.Column("ranking", sa.JSON, nullable=False),
    sa.Column("answer_id", sa.String(128)),
    sa.Column("kind", sa.String(32)),
    sa.Column("release", sa.Integer, nullable=False),
    sa.Column("milliseconds", sa.Integer, nullable=False),
)

callback_requests = sa.Table(
    "callback_requests",
    metadata,
    sa.Column("reference", sa.String(16), primary_key=True),
    _conversation(index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _conversation(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.String(8), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("at", UtcDateTime, nullable=False),
)
