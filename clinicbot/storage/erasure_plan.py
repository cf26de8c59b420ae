"""Which tables hold something of a visitor, and how it is deleted.

A test holds that every table is either in this plan or in NO_WORDS with a reason: whoever
adds a table says here how it is erased.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clinicbot.storage.tables import (
    callback_requests,
    chat_events,
    consents,
    conversations,
    feedback,
    flags,
    form_values,
    privacy_requests,
    processed_messages,
    tracker_events,
    turn_log,
)

# What was said and understood: goes with the chat.
WORDS = (
    feedback,
    turn_log,
    tracker_events,
    processed_messages,
    chat_events,
    form_values,
    flags,
)
# What the clinic still has to do: may outlive the chat.
REQUESTS = (callback_requests, privacy_requests)
# Everything of a conversation besides its own row.
PARTS = (*WORDS, *REQUESTS, consents)
# Tables without a visitor's words, and why they stay.
NO_WORDS = {
    "erasures": "keyed hashes and times only: what was erased, so that a restored backup is "
    "erased again",
    "audit_log": "random ids, actors and counts only: the proof of what was done, kept for years",
}
# A request with another status is settled.
OPEN = ("new", "called")
SETTLED = ("done", "cancelled")


def delete_conversation(connection: Connection, conversation_id: str) -> dict[str, int]:
    """Deletes every row of a conversation; gives the rows by table."""
    counts = delete_rows(connection, conversation_id, PARTS)
    own = connection.execute(conversations.delete().filter_by(id=conversation_id))
    return counts | ({"conversations": own.rowcount} if own.rowcount else {})


def delete_rows(
    connection: Connection, conversation_id: str, tables: Iterable[sa.Table]
) -> dict[str, int]:
    """Deletes the rows of a conversation from these tables; gives the rows by table."""
    counts = {}
    for table in tables:
        deletion = table.delete().filter_by(conversation_id=conversation_id)
        counts[table.name] = connection.execute(deletion).rowcount
    return {name: count for name, count in counts.items() if count}
