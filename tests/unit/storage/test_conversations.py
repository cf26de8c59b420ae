"""Conversations as visitors see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from clinicbot.errors import NotFound, StorageUnavailable
from clinicbot.services.turns import TurnLog
from clinicbot.storage import Storage, migrate, open_storage

SOON = datetime.now(timezone.utc) + timedelta(hours=1)
LOG = TurnLog("greet", 0.5, "answer")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    url = f"sqlite:///{tmp_path / 'deep' / 'clinic.db'}"
    migrate(url)
    storage = open_storage(url, lock_seconds=0.2)
    storage.conversations.open("c", "https://clinic.example", SOON)
    yield storage
    storage.close()


async def store_turn(storage: Storage, client_id: str, conversation_id: str = "c") -> None:
    async with storage.make_turns().begin(conversation_id) as turn:
        turn.append_to_session([{"event": "user"}])
        said = [("visitor", {"text": client_id}), ("assistant", {"blocks": []})]
        turn.record(client_id, said, LOG)


def test_a_conversation_is_open_after_it_was_opened(storage: Storage) -> None:
    assert storage.conversations.is_open("c")
    assert not storage.conversations.is_open("d")


def test_an_id_cannot_be_opened_twice(storage: Storage) -> None:
    with pytest.raises(StorageUnavailable):
        storage.conversations.open("c", "https://clinic.example", SOON)


@pytest.mark.asyncio
async def test_events_are_listed_in_order_after_a_number(storage: Storage) -> None:
    await store_turn(storage, "m1")
    await store_turn(storage, "m2")
    events = storage.conversations.list_events("c", after=1)
    assert [(event.n, event.type) for event in events] == [
        (2, "assistant"),
        (3, "visitor"),
        (4, "assistant"),
    ]
    assert events[0].at.tzinfo is not None
    assert abs(datetime.now(timezone.utc) - events[0].at) < timedelta(seconds=30)


@pytest.mark.asyncio
async def test_a_vote_is_stored_changed_and_taken_back(storage: Storage) -> None:
    await store_turn(storage, "m1")

    def votes() -> list[tuple[str, str | None]]:
        with storage.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT value, reason FROM feedback")
            return [tuple(row) for row in rows]

    storage.conversations.record_feedback("c", 2, "up", None)
    assert votes() == [("up", None)]
    storage.conversations.record_feedback("c", 2, "down", "too long")
    assert votes() == [("down", "too long")]
    storage.conversations.record_feedback("c", 2, None, None)
    assert votes() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("n", [0, 1, 3])
async def test_only_assistant_messages_can_be_voted_on(storage: Storage, n: int) -> None:
    await store_turn(storage, "m1")
    with pytest.raises(NotFound):
        storage.conversations.record_feedback("c", n, "up", None)


@pytest.mark.asyncio
async def test_erasing_leaves_no_row_and_only_of_that_conversation(storage: Storage) -> None:
    storage.conversations.open("d", "https://clinic.example", SOON)
    for name in ("c", "d"):
        await store_turn(storage, "m1", name)
        storage.conversations.record_feedback(name, 2, "up", None)
        storage.callback_requests.record(name, "Ann", "1")
    # 2 chat events, 1 each of: dialogue event, processed id, log, request, vote, conversation
    assert storage.conversations.erase("c") == 8
    assert storage.conversations.erase("c") == 0
    assert not storage.conversations.is_open("c")
    assert storage.conversations.list_events("c") == []
    assert len(storage.conversations.list_events("d")) == 2


@pytest.mark.asyncio
async def test_reading_does_not_wait_for_a_turn(storage: Storage) -> None:
    await store_turn(storage, "m1")
    async with storage.make_turns().begin("c"):
        assert len(storage.conversations.list_events("c")) == 2


def test_a_database_that_is_not_there_is_not_reachable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    storage = open_storage(f"sqlite:///{tmp_path / 'folder'}")
    assert not storage.is_reachable()
    with pytest.raises(StorageUnavailable):
        storage.conversations.is_open("c")


def test_an_open_database_is_reachable(storage: Storage) -> None:
    assert storage.is_reachable()


@pytest.mark.asyncio
async def test_a_request_can_be_found_by_its_contact_however_it_is_written(
    storage: Storage,
) -> None:
    record = storage.callback_requests.record
    record("c", "Ann", "(614) 889-1234", region="US", talk_first=True)
    record("c", "Bea", "Bea@Example.com")
    with storage.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT contact, contact_key, talk_first FROM callback_requests ORDER BY name"
        )
        assert [tuple(row) for row in rows] == [
            ("(614) 889-1234", "+16148891234", 1),
            ("Bea@Example.com", "bea@example.com", 0),
        ]
