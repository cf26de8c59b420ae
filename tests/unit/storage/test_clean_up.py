"""No byte of deleted rows stays in SQLite's files."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from clinicbot.storage import Storage, clean_up, migrate, open_storage
from clinicbot.storage.engine import writing
from clinicbot.storage.tables import chat_events, conversations, feedback

NOW = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    storage = open_storage(url)
    yield storage
    storage.close()


def token(name: str) -> str:
    return f"zz{name}zz"


def fill(storage: Storage, names: list[str], chance: random.Random) -> None:
    """Rows of these conversations in turn, of many lengths, so that SQLite moves them about."""
    for name in names:
        storage.conversations.open(name, "https://clinic.example", NOW)
    for n in range(1, 16):
        for name in names:
            text = token(name) + "x" * chance.choice([5, 50, 300, 900, 5000])
            row = {"conversation_id": name, "n": n, "at": NOW}
            with writing(storage.engine) as connection:
                connection.execute(
                    chat_events.insert().values(type="visitor", message=[text], **row)
                )
                if chance.random() < 0.5:
                    connection.execute(feedback.insert().values(value="up", reason=text, **row))


def left(folder: Path, names: list[str]) -> list[str]:
    data = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return [name for name in names if token(name).encode() in data]


def live_and_erase(storage: Storage, seed: int) -> tuple[list[str], list[str]]:
    """Conversations come, grow in turn and are erased; gives those that live and those gone."""
    chance, live, gone = random.Random(seed), [], []
    for n in range(1, 300):
        if len(live) < 6 or chance.random() < 0.1:
            live.append(f"c{chance.getrandbits(64):x}")
            storage.conversations.open(live[-1], "https://clinic.example", NOW)
        if len(live) > 8:
            gone.append(live.pop(chance.randrange(len(live))))
            storage.conversations.erase(gone[-1])
        name = chance.choice(live)
        text = token(name) + "x" * chance.choice([5, 50, 300, 900])
        row = {"conversation_id": name, "n": n, "at": NOW}
        with writing(storage.engine) as connection:
            connection.execute(chat_events.insert().values(type="visitor", message=[text], **row))
            connection.execute(feedback.insert().values(value="up", reason=text, **row))
    storage.conversations.erase(live[0])
    return live[1:], [*gone, live[0]]


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_no_copy_stays_in_the_gaps_of_pages_or_in_the_log(storage, tmp_path, seed):
    """SQLite's `secure_delete` and an emptied log alone leave some with these seeds."""
    live, gone = live_and_erase(storage, seed)
    assert left(tmp_path, gone) == []
    assert set(left(tmp_path, live)) <= set(live)
    assert not storage.eraser.is_dirty


def test_a_reader_who_stays_is_waited_for_but_not_for_ever(storage, tmp_path, monkeypatch):
    monkeypatch.setattr(clean_up, "SECONDS", 0.3)
    fill(storage, ["c"], random.Random(1))
    with storage.engine.connect() as reader:
        assert reader.execute(conversations.select()).first()
        assert storage.conversations.erase("c") > 15
        assert storage.eraser.is_dirty
        assert left(tmp_path, ["c"]) == ["c"]
    assert storage.eraser.clean_up()
    assert left(tmp_path, ["c"]) == []
    assert not storage.eraser.is_dirty


def test_a_reader_who_goes_in_time_only_delays_it(storage, tmp_path):
    fill(storage, ["c"], random.Random(1))
    reader = storage.engine.connect()
    assert reader.execute(conversations.select()).first()
    threading.Timer(0.4, reader.close).start()
    storage.conversations.erase("c")
    assert left(tmp_path, ["c"]) == []


def test_a_large_file_is_not_written_anew_while_a_visitor_waits(storage):
    fill(storage, ["c", "d"], random.Random(1))
    storage.eraser.erase(["c"], "root")
    assert storage.eraser.clean_up(megabytes=0.001) is False
    assert storage.eraser.is_dirty
    assert storage.eraser.clean_up(megabytes=100.0)
    assert not storage.eraser.is_dirty
