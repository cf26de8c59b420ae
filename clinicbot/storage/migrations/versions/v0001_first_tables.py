"""The first tables: conversations, their events, what was understood, requests, votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_conversations()
    _create_events()
    _create_facts()
    _create_wishes()


def _conversation() -> sa.Column:
    target = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(64), target, nullable=False)


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("session_turns", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("last_n", sa.Integer, nullable=False),
        sa.Column("last_message_at", MOMENT),
    )


def _create_events() -> None:
    op.create_table(
        "chat_events",
        _conversation(),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("message", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "n"),
    )
    op.create_table(
        "processed_messages",
        _conversation(),
        sa.Column("client_id", sa.String(128), nullable=False),
        sa.Column("first_n", sa.Integer, nullable=False),
        sa.Column("last_n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "client_id"),
    )
    op.create_table(
        "tracker_events",
        _conversation(),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "seq"),
    )
    columns = ["conversation_id", "session", "seq"]
    op.create_index("ix_tracker_events_session", "tracker_events", columns)


def _create_facts() -> None:
    op.create_table(
        "turn_log",
        _conversation(),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("intent", sa.String(128)),
        sa.Column("confidence", sa.Float),
        sa.Column("band", sa.String(16)),
        sa.Column("ranking", sa.JSON, nullable=False),
        sa.Column("answer_id", sa.String(128)),
        sa.Column("kind", sa.String(32)),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "n"),
    )
    op.create_index("ix_turn_log_at", "turn_log", ["at"])


def _create_wishes() -> None:
    op.create_table(
        "callback_requests",
        sa.Column("reference", sa.String(16), primary_key=True),
        _conversation(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
    )
    op.create_index(
        "ix_callback_requests_conversation_id", "callback_requests", ["conversation_id"]
    )
    op.create_table(
        "feedback",
        _conversation(),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "n"),
    )
