"""A turn is stored whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from clinicbot.errors import Busy, NotFound, StorageUnavailable
from clinicbot.services.turns import TurnLog
from clinicbot.storage import Storage, migrate, open_storage

pytestmark = pytest.mark.asyncio
SOON = datetime.now(timezone.utc) + timedelta(hours=1)
LOG = TurnLog("greet", 0.5, "answer")
SAID = [("visitor", {"text": "hi"}), ("assistant", {"blocks": []})]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    storage = open_storage(url, lock_seconds=0.2)
    for name in ("c", "d"):
        storage.conversations.open(name, "https://clinic.example", SOON)
    yield storage
    storage.close()


def count(storage: Storage, table: str) -> int:
    with storage.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar())


async def test_a_turn_whose_body_raises_stores_nothing(storage: Storage) -> None:
    with pytest.raises(ValueError):
        async with storage.make_turns().begin("c") as turn:
            turn.append_to_session([{"event": "user"}])
            turn.record("m1", SAID, LOG)
            storage.callback_requests.record("c", "Ann", "1")
            raise ValueError
    for table in ("tracker_events", "chat_events", "turn_log", "callback_requests"):
        assert count(storage, table) == 0


async def test_a_request_made_in_a_turn_is_stored_with_it(storage: Storage) -> None:
    async with storage.make_turns().begin("c"):
        reference = storage.callback_requests.record("c", "Ann", "1")
        assert count(storage, "callback_requests") == 0
    assert count(storage, "callback_requests") == 1
    assert reference.startswith("CB-")
    assert len(reference) == 9


async def test_references_differ(storage: Storage) -> None:
    assert len({storage.callback_requests.record("c", "Ann", "1") for _ in range(20)}) == 20


async def test_a_request_needs_a_conversation(storage: Storage) -> None:
    with pytest.raises(StorageUnavailable):
        storage.callback_requests.record("nobody", "Ann", "1")


async def test_a_stored_reply_is_found_by_its_id(storage: Storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        assert turn.find_reply("m1") is None
        stored = turn.record("m1", SAID, LOG)
    async with turns.begin("c") as turn:
        assert turn.find_reply("m1") == stored
        assert turn.find_reply("m2") is None
    async with turns.begin("d") as turn:
        assert turn.find_reply("m1") is None


async def test_only_the_events_of_the_current_session_are_loaded(storage: Storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        turn.start_session()
        turn.append_to_session([{"event": "user", "text": "old"}])
        turn.record("m1", SAID, LOG)
    async with turns.begin("c") as turn:
        assert [event["text"] for event in turn.load_session()] == ["old"]
        assert (turn.session.number, turn.session.turns) == (1, 1)
        turn.start_session()
        turn.append_to_session([{"event": "user", "text": "new"}])
        turn.record("m2", SAID, LOG)
    async with turns.begin("c") as turn:
        assert [event["text"] for event in turn.load_session()] == ["new"]
        assert (turn.session.number, turn.session.turns) == (2, 1)


async def test_a_second_writer_of_the_same_numbers_fails(storage: Storage) -> None:
    turns = storage.make_turns()
    with pytest.raises(StorageUnavailable):
        async with turns.begin("c") as turn:
            turn.append_to_session([{"event": "user"}])
            turn._last_seq = 0
            turn.append_to_session([{"event": "user"}])
    assert count(storage, "tracker_events") == 0


async def test_recent_events_are_the_last_ones(storage: Storage) -> None:
    turns = storage.make_turns()
    for number in range(3):
        async with turns.begin("c") as turn:
            turn.record(f"m{number}", SAID, LOG)
    async with turns.begin("c") as turn:
        assert [event.n for event in turn.list_recent_events(3)] == [4, 5, 6]


async def test_a_conversation_that_is_being_answered_is_busy(storage: Storage) -> None:
    turns = storage.make_turns()
    async with turns.begin("c"):
        with pytest.raises(Busy):
            async with turns.begin("c"):
                pass
    async with turns.begin("c"):
        pass


async def test_another_writer_of_the_database_makes_a_turn_wait_and_then_busy(
    storage: Storage,
) -> None:
    async with storage.make_turns().begin("c"):
        ticks = asyncio.ensure_future(_count_ticks())
        with pytest.raises(Busy):
            async with storage.make_turns().begin("d"):
                pass
        assert await ticks > 10


async def _count_ticks() -> int:
    """How often the loop came by in 0.15 seconds: it was not blocked by the waiting."""
    until = asyncio.get_running_loop().time() + 0.15
    ticks = 0
    while asyncio.get_running_loop().time() < until:
        ticks += 1
        await asyncio.sleep(0.005)
    return ticks


async def test_a_turn_begins_only_in_a_conversation_that_exists(storage: Storage) -> None:
    with pytest.raises(NotFound):
        async with storage.make_turns().begin("nobody"):
            pass


async def test_a_rehearsal_leaves_nothing(storage: Storage) -> None:
    async with storage.make_turns().rehearse() as turn:
        turn.append_to_session([{"event": "user"}])
        turn.record("m1", SAID, LOG)
    assert count(storage, "conversations") == 2
    assert count(storage, "chat_events") == 0


async def test_locks_are_forgotten_when_nobody_waits(storage: Storage) -> None:
    turns = storage.make_turns()
    for name in ("c", "d"):
        async with turns.begin(name):
            pass
    assert not turns._locks._locks
    assert storage.engine.pool.checkedout() == 0


async def test_numbers_of_numpy_can_be_stored(storage: Storage) -> None:
    numpy = pytest.importorskip("numpy")
    turns = storage.make_turns()
    async with turns.begin("c") as turn:
        turn.start_session()
        turn.append_to_session([{"event": "user", "confidence": numpy.float32(0.5)}])
        turn.record("m1", SAID, LOG)
    async with turns.begin("c") as turn:
        assert turn.load_session()[0]["confidence"] == 0.5
