"""Privacy and safety: consent, values of unfinished forms, flags, wishes, erasures, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NO = sa.false()


def upgrade() -> None:
    op.add_column("conversations", sa.Column("paused_until", MOMENT))
    op.add_column("callback_requests", sa.Column("contact_key", sa.String(320)))
    op.add_column(
        "callback_requests", sa.Column("talk_first", sa.Boolean, nullable=False, server_default=NO)
    )
    op.create_index("ix_callback_requests_contact_key", "callback_requests", ["contact_key"])
    _create_of_conversations()
    _create_of_the_clinic()


def _conversation() -> sa.Column:
    target = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(64), target, nullable=False)


def _create_of_conversations() -> None:
    op.create_table(
        "consents",
        _conversation(),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_table(
        "form_values",
        _conversation(),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "slot"),
    )
    op.create_table(
        "flags",
        _conversation(),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("flag", sa.String(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "n", "flag"),
    )
    op.create_index("ix_flags_at", "flags", ["at"])
    op.create_table(
        "privacy_requests",
        sa.Column("reference", sa.String(16), primary_key=True),
        _conversation(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
    )
    op.create_index("ix_privacy_requests_conversation_id", "privacy_requests", ["conversation_id"])


def _create_of_the_clinic() -> None:
    op.create_table(
        "erasures",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("consent_version", sa.String(32)),
        sa.Column("accepted_at", MOMENT),
    )
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("target", sa.String(128), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
