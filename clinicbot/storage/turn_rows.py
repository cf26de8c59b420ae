"""The rows of one turn, each group by itself; `SqlTurn` says when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clinicbot.knowledge.conversation import ChatEvent
from clinicbot.services.turns import Rewrite, TurnLog
from clinicbot.storage.tables import (
    chat_events,
    consents,
    feedback,
    flags,
    form_values,
    processed_messages,
    tracker_events,
    turn_log,
)


def select_form_values(connection: Connection, conversation_id: str) -> dict[str, str]:
    """What was filled into a form that is not finished."""
    found = sa.select(form_values).filter_by(conversation_id=conversation_id)
    return {row.slot: row.value for row in connection.execute(found)}


def replace_form_values(
    connection: Connection, conversation_id: str, values: Mapping[str, str | None], now: datetime
) -> None:
    """Keeps these values in the place of earlier ones; None deletes one."""
    mine = form_values.c.conversation_id == conversation_id
    connection.execute(form_values.delete().where(mine, form_values.c.slot.in_(list(values))))
    rows = [
        {"conversation_id": conversation_id, "slot": slot, "value": value, "at": now}
        for slot, value in values.items()
        if value is not None
    ]
    if rows:
        connection.execute(form_values.insert(), rows)


def delete_form_values(connection: Connection, conversation_id: str) -> None:
    connection.execute(form_values.delete().filter_by(conversation_id=conversation_id))


def rewrite_stored(connection: Connection, conversation_id: str, rewrite: Rewrite) -> int:
    """Replaces what `rewrite` changes in messages, dialogue events and reasons."""
    changed = 0
    for table, key, column in (
        (chat_events, chat_events.c.n, chat_events.c.message),
        (tracker_events, tracker_events.c.seq, tracker_events.c.data),
    ):
        mine = table.c.conversation_id == conversation_id
        for number, before in connection.execute(sa.select(key, column).where(mine)).all():
            after = rewrite(before)
            if after != before:
                update = table.update().where(mine, key == number)
                connection.execute(update.values({column: after}))
                changed += 1
    return changed + _rewrite_reasons(connection, conversation_id, rewrite)


def _rewrite_reasons(connection: Connection, conversation_id: str, rewrite: Rewrite) -> int:
    mine = feedback.c.conversation_id == conversation_id
    changed = 0
    reasons = connection.execute(sa.select(feedback.c.n, feedback.c.reason).where(mine)).all()
    for number, before in reasons:
        after = rewrite({"text": before})["text"] if before else before
        if after != before:
            update = feedback.update().where(mine, feedback.c.n == number)
            connection.execute(update.values(reason=after))
            changed += 1
    return changed


def accept_notice(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Whoever sends a first message has accepted the notice above it."""
    update = consents.update().filter_by(conversation_id=conversation_id, accepted_at=None)
    connection.execute(update.values(accepted_at=now))


def insert_events(
    connection: Connection, conversation_id: str, events: Sequence[ChatEvent]
) -> None:
    rows = [{"conversation_id": conversation_id, **vars(event)} for event in events]
    connection.execute(chat_events.insert(), rows)


def insert_facts(
    connection: Connection,
    conversation_id: str,
    client_id: str,
    events: Sequence[ChatEvent],
    log: TurnLog,
) -> None:
    """That the message was answered, how it was understood, and why staff should look at it."""
    first, last = events[0], events[-1]
    key: dict[str, Any] = {"conversation_id": conversation_id}
    connection.execute(
        processed_messages.insert().values(
            client_id=client_id, first_n=first.n, last_n=last.n, **key
        )
    )
    of_turn = {**key, "n": first.n, "at": first.at}
    facts = {name: value for name, value in vars(log).items() if name != "flags"}
    connection.execute(turn_log.insert().values(**of_turn, **facts))
    if log.flags:
        rows = [{**of_turn, "flag": flag} for flag in dict.fromkeys(log.flags)]
        connection.execute(flags.insert(), rows)
