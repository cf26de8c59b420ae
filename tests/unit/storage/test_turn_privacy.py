"""What a turn keeps apart, rewrites, flags and pauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from clinicbot.services.turns import TurnLog
from clinicbot.storage import Storage, migrate, open_storage

pytestmark = pytest.mark.asyncio
SOON = datetime.now(timezone.utc) + timedelta(hours=1)
SAID: Any = [("visitor", {"text": "I am Ann"}), ("assistant", {"blocks": []})]
LOG = TurnLog("greet", 0.5, "answer")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    storage = open_storage(url, lock_seconds=0.2, mask=lambda text: text.replace("Ann", "[name]"))
    for name in ("c", "d"):
        storage.conversations.open(name, "https://clinic.example", SOON, "v1")
    yield storage
    storage.close()


def rows(storage: Storage, sql: str) -> list[tuple[Any, ...]]:
    with storage.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


async def test_form_values_outlive_the_turn_and_only_their_conversation_sees_them(storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        turn.keep_form_values({"name": "Ann", "contact": "1"})
    async with turns.begin("d") as turn:
        assert turn.load_form_values() == {}
    async with turns.begin("c") as turn:
        turn.keep_form_values({"name": "Bea", "contact": None})
        turn.keep_form_values({})
        assert turn.load_form_values() == {"name": "Bea"}


async def test_a_new_session_deletes_form_values(storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        turn.keep_form_values({"name": "Ann"})
    async with turns.begin("c") as turn:
        turn.start_session()
        assert turn.load_form_values() == {}
    assert rows(storage, "SELECT * FROM form_values") == []


async def test_everything_stored_earlier_can_be_rewritten(storage) -> None:
    turns = storage.make_turns()
    for name in ("c", "d"):
        async with turns.begin(name) as turn:
            turn.append_to_session([{"event": "user", "text": "I am Ann"}])
            turn.record("m1", SAID, LOG)
    storage.conversations.record_feedback("c", 2, "down", "says Bea")

    def rewrite(stored: Any) -> dict[str, Any]:
        text = str(stored.get("text", "")).replace("Ann", "*").replace("Bea", "*")
        return {**stored, "text": text} if "text" in stored else dict(stored)

    async with turns.begin("c") as turn:
        assert turn.rewrite_earlier(rewrite) == 3
    stored = str(
        rows(storage, "SELECT message FROM chat_events WHERE conversation_id='c'")
        + rows(storage, "SELECT data FROM tracker_events WHERE conversation_id='c'")
        + rows(storage, "SELECT reason FROM feedback")
    )
    assert "Ann" not in stored and "Bea" not in stored
    others = rows(storage, "SELECT message FROM chat_events WHERE conversation_id='d'")
    assert "Ann" in str(others)


async def test_flags_are_stored_once_with_their_turn(storage) -> None:
    async with storage.make_turns().begin("c") as turn:
        turn.record("m1", SAID, TurnLog("x", 1.0, None, flags=("crisis", "threat", "crisis")))
    found = rows(storage, "SELECT conversation_id, n, flag FROM flags ORDER BY flag")
    assert found == [("c", 1, "crisis"), ("c", 1, "threat")]


async def test_a_pause_is_seen_by_the_next_turn(storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        assert turn.paused_until is None
        until = turn.now + timedelta(minutes=5)
        turn.pause(until)
        turn.record("m1", SAID, LOG)
    async with turns.begin("c") as turn:
        assert turn.paused_until == until
    async with turns.begin("d") as turn:
        assert turn.paused_until is None


async def test_the_first_message_accepts_the_notice_before_it_is_stored(storage) -> None:
    statements: list[str] = []
    turns = storage.make_turns()
    sa.event.listen(
        storage.engine, "before_cursor_execute", lambda c, _, s, *__: statements.append(s)
    )
    async with turns.begin("c") as turn:
        turn.record("m1", SAID, LOG)
        first = turn.now
    accepted = next(i for i, s in enumerate(statements) if s.startswith("UPDATE consents"))
    inserted = next(i for i, s in enumerate(statements) if s.startswith("INSERT INTO chat_events"))
    assert accepted < inserted
    async with turns.begin("c") as turn:
        turn.record("m2", SAID, LOG)
    (moment,) = rows(storage, "SELECT accepted_at FROM consents WHERE conversation_id='c'")[0]
    assert str(moment).startswith(first.strftime("%Y-%m-%d %H:%M:%S"))
    assert rows(storage, "SELECT accepted_at FROM consents WHERE conversation_id='d'") == [(None,)]
    assert sum(s.startswith("UPDATE consents") for s in statements) == 1


async def test_the_reason_of_a_vote_is_masked(storage) -> None:
    async with storage.make_turns().begin("c") as turn:
        turn.record("m1", SAID, LOG)
    storage.conversations.record_feedback("c", 2, "down", "Ann did not like it")
    assert rows(storage, "SELECT reason FROM feedback") == [("[name] did not like it",)]
