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
    # Until then nothing but danger is answered: the visitor was abusive again and again.
    sa.Column("paused_until", UtcDateTime),
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
    # The contact in one spelling (E.164, lower case), to find and erase a person by it.
    sa.Column("contact_key", sa.String(320), index=True),
    # The visitor spoke of distress: staff should talk before they propose anything.
    sa.Column("talk_first", sa.Boolean, nullable=False, server_default=sa.false()),
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

consents = sa.Table(
    "consents",
    metadata,
    _conversation(primary_key=True),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("shown_at", UtcDateTime, nullable=False),
    # Set before the first message of the conversation is stored, in the same transaction.
    sa.Column("accepted_at", UtcDateTime),
)

# What a visitor filled into a form that is not finished: the only place where it stands.
form_values = sa.Table(
    "form_values",
    metadata,
    _conversation(primary_key=True),
    sa.Column("slot", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

# Turns that staff should look at: "crisis", "emergency", "threat" ...
flags = sa.Table(
    "flags",
    metadata,
    _conversation(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("flag", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)

# What visitors asked about their own data: "erase" or "export".
privacy_requests = sa.Table(
    "privacy_requests",
    metadata,
    sa.Column("reference", sa.String(16), primary_key=True),
    _conversation(index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
)

# What was erased, as keyed hashes only, so that a restored backup can be erased again.
erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("key_hash", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("erased_at", UtcDateTime, nullable=False),
    sa.Column("consent_version", sa.String(32)),
    sa.Column("accepted_at", UtcDateTime),
)

# Who saw or changed what, each row bound to the one before it by its hash.
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("target", sa.String(128), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
