"""Fixtures: a tiny trained model, databases of both kinds, and a bot on them."""

from __future__ import annotations

import asyncio
import importlib
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from clinicbot.bot.rasa_bot import BotLimits, RasaBot
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from clinicbot.storage import Storage, migrate, open_storage
from tests.integration.postgres import running_postgres
from tests.integration.tiny_project import train, write_project

LIMITS = BotLimits(turn_seconds=5.0, action_seconds=1.0)


@dataclass
class Rig:
    """A bot on a database, and short words for what the tests do with them."""

    storage: Storage
    model: Path
    actions: Any
    limits: BotLimits = LIMITS
    moments: list[datetime] = field(default_factory=list)
    bot: RasaBot = field(init=False)

    def start(self, **limits: Any) -> None:
        """Starts a bot with these limits; a bot started before must have been stopped."""
        self.limits = replace(self.limits, **limits)
        self.turns = self.storage.make_turns()
        self.bot = RasaBot(self.turns, self.limits, "tiny_actions")
        self.bot.start(self.model, release=3)

    def restart(self, **limits: Any) -> None:
        self.bot.stop()
        self.start(**limits)

    def open(self, conversation_id: str = "c") -> None:
        expires_at = datetime.now(timezone.utc) + timedelta(hours=1)
        self.storage.conversations.open(conversation_id, "https://clinic.example", expires_at)

    async def ask(
        self, text: str, client_id: str | None = None, conversation_id: str = "c"
    ) -> Sequence[ChatEvent]:
        message = VisitorMessage(conversation_id, client_id or uuid.uuid4().hex, text=text)
        return await self.bot.answer(message)

    async def say(self, text: str, **kwargs: Any) -> str:
        """The text of the first block of the reply."""
        events = await self.ask(text, **kwargs)
        return str(events[1].message["blocks"][0]["text"])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.storage.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def counts(self) -> dict[str, int]:
        tables = ("chat_events", "processed_messages", "tracker_events", "turn_log")
        return {table: self.count(table) for table in (*tables, "callback_requests")}


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a trained tiny project, importable."""
    folder = tmp_path_factory.mktemp("tiny")
    write_project(folder)
    train(folder)
    sys.path.insert(0, str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_project: Path) -> Path:
    return tiny_project / "models" / "tiny.tar.gz"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database; each test runs on both kinds."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'clinic.db'}"
        migrate(url)
        yield url
        return
    server = sa.create_engine(
        request.getfixturevalue("postgres_server"), isolation_level="AUTOCOMMIT", future=True
    )
    name = "test_" + uuid.uuid4().hex
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def rig(database_url: str, tiny_model: Path) -> Iterator[Rig]:
    """A started bot with one open conversation, "c"."""
    storage = open_storage(database_url, lock_seconds=5.0)
    actions = importlib.import_module("tiny_actions")
    actions.HOLD.update(callback_requests=storage.callback_requests, seconds=0.0)
    rig = Rig(storage, tiny_model, actions)
    rig.start()
    rig.open()
    yield rig
    rig.bot.stop()
    storage.close()


async def until(condition: Any, seconds: float = 5.0) -> None:
    """Waits until the condition holds."""
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")
