"""First aid with everything real around it: database, Rasa with failing actions, the process."""

from __future__ import annotations

import importlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from clinicbot.bootstrap import build_first_aid
from clinicbot.bot.rasa_bot import BotLimits, RasaBot
from clinicbot.errors import StorageUnavailable
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.knowledge.masking_files import load_masker
from clinicbot.services.turns import TurnLog
from clinicbot.settings import PROJECT_ROOT, load_settings
from clinicbot.storage import Storage, migrate, open_storage
from clinicbot.web.app import create_app
from tests.fake_first_aid import real_texts
from tests.integration.mini_project import make_mini_project, mini_content
from tests.visitor import Server, Visitor
from tests.web_server import free_port, serving_app, web_messages, web_settings

pytestmark = pytest.mark.model
CHEST = "I have chest pain and I can't catch my breath"
SOON = datetime.now(timezone.utc) + timedelta(hours=1)


@pytest.fixture(scope="session")
def mini_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mini")
    model = make_mini_project(folder)
    sys.path.insert(0, str(folder))
    return model


# --- on both kinds of databases ---


@pytest.fixture
def storage(database_url: str) -> Iterator[Storage]:
    storage = open_storage(database_url)
    storage.conversations.open("c", "none", SOON, notice_version="1")
    yield storage
    storage.close()


def aid_on(storage: Storage) -> Any:
    return build_first_aid(load_settings(), storage)


def rows(storage: Storage, table: str, columns: str) -> list[tuple[Any, ...]]:
    with storage.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {columns} FROM {table}")
        return [tuple(row) for row in found]


def test_what_first_aid_says_is_stored_once_and_flagged(storage: Storage) -> None:
    aid = aid_on(storage)
    message = VisitorMessage("c", "m1", text="call me on 614-889-1234, " + CHEST)
    events = aid.answer(message)
    assert aid.answer(message) == events == storage.conversations.list_events("c")
    assert "889" not in str(events)
    flag = real_texts()["safety_emergency"].flag
    assert rows(storage, "flags", "n, flag") == ([(1, flag)] if flag else [])
    assert rows(storage, "turn_log", "intent, kind, band") == [
        ("safety_emergency", "safety", "first_aid")
    ]
    (accepted,) = rows(storage, "consents", "accepted_at")
    assert accepted[0] is not None


async def test_it_ends_the_session_and_deletes_what_a_form_was_given(storage: Storage) -> None:
    async with storage.make_turns().begin("c") as turn:
        turn.start_session()
        turn.keep_form_values({"callback_name": "Ann Lee"})
        turn.append_to_session([{"event": "active_loop", "name": "callback_form"}])
        turn.record("m0", [("visitor", {"type": "text", "text": "hi"})], TurnLog(None, None, None))
    aid_on(storage).answer(VisitorMessage("c", "m1", text="Ann Lee: " + CHEST))
    assert rows(storage, "form_values", "value") == []
    assert "Ann Lee" not in str(storage.conversations.list_events("c"))
    async with storage.make_turns().begin("c") as turn:
        assert "callback_form" not in str(turn.load_session())
        assert turn.load_form_values() == {}


async def test_it_waits_for_a_turn_only_so_long(storage: Storage) -> None:
    aid = aid_on(storage)
    async with storage.make_turns().begin("c"):
        before = time.monotonic()
        with pytest.raises(StorageUnavailable):
            aid.answer(VisitorMessage("c", "m1", text=CHEST))
        assert time.monotonic() - before < 2.0
    assert len(aid.answer(VisitorMessage("c", "m1", text=CHEST))) == 2


def test_a_hundred_threads_with_one_id_store_one_turn(storage: Storage) -> None:
    aid = aid_on(storage)
    message = VisitorMessage("c", "m1", text=CHEST)
    failed: list[Exception] = []

    def answer() -> None:
        try:
            aid.answer(message)
        except StorageUnavailable as error:
            failed.append(error)

    threads = [threading.Thread(target=answer) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(storage.conversations.list_events("c")) == 2


# --- Rasa in process, its actions failing ---


@contextmanager
def broken(storage: Storage, model: Path) -> Iterator[tuple[str, dict[str, bool]]]:
    """A server with Rasa whose actions fail once the switch is set; gives address and switch."""
    actions = importlib.import_module("broken_actions")
    masker = load_masker(PROJECT_ROOT / "content")
    bot = RasaBot(storage.make_turns(), BotLimits(), "broken_actions", masker=masker)
    bot.start(model)
    settings = web_settings()

    class Services:
        conversations = storage.conversations
        first_aid = build_first_aid(load_settings(), storage)

    app = create_app(Services(), bot, settings, web_messages())
    try:
        with serving_app(app, settings) as url:
            yield url, actions.BROKEN
    finally:
        actions.BROKEN["now"] = False
        bot.stop()


def visit(url: str) -> Visitor:
    client = httpx.Client(base_url=url, timeout=10, trust_env=False)
    token = client.post("/chat/v1/session", json={}).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return Visitor(client)


@pytest.fixture
def sqlite_storage(tmp_path: Path) -> Iterator[Storage]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    migrate(url)
    storage = open_storage(url, lock_seconds=5.0)
    yield storage
    storage.close()


@pytest.mark.parametrize("answers", [[], ["Ann Lee"]], ids=["asked for name", "asked for phone"])
def test_s_24_danger_in_the_form_while_the_actions_fail(
    sqlite_storage: Storage, mini_model: Path, answers: list[str]
) -> None:
    with broken(sqlite_storage, mini_model) as (url, switch):
        visitor = visit(url)
        said = [visitor.say(text).text for text in ["book me in", *answers]]
        assert re.search("name|phone", said[-1])
        assert [row[0] for row in rows(sqlite_storage, "form_values", "value")] == answers
        switch["now"] = True
        helped = visitor.say("chest pain")
        assert helped.kinds == ["safety"]
        assert re.search(r"\b911\b", helped.text)
        assert not re.search(r"\bphone\b|name\?", helped.text, re.IGNORECASE)
        assert rows(sqlite_storage, "form_values", "value") == []
        switch["now"] = False
        # The form does not go on: this is no name, and no phone number.
        assert visitor.say("hello").text == "Hello."
        assert rows(sqlite_storage, "form_values", "value") == []


def test_s_25_booking_while_the_actions_fail(sqlite_storage: Storage, mini_model: Path) -> None:
    with broken(sqlite_storage, mini_model) as (url, switch):
        switch["now"] = True
        reply = visit(url).post(type="text", text="I would like to book")
        assert reply.status_code == 500
        text = reply.json()["error"]["message"]
        assert re.search("call|phone", text)
        assert not re.search("received|done|thank", text, re.IGNORECASE)
        assert rows(sqlite_storage, "callback_requests", "reference") == []


def test_with_the_real_database_locked(sqlite_storage: Storage, mini_model: Path) -> None:
    with broken(sqlite_storage, mini_model) as (url, _):
        visitor = visit(url)
        path = sqlite_storage.engine.url.database
        with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before = time.monotonic()
            message = {"id": str(uuid.uuid4()), "type": "text", "text": CHEST}
            reply = visitor.client.post("/chat/v1/messages", json=message)
            assert time.monotonic() - before < 3.0
            assert reply.status_code == 503
            assert reply.json()["error"]["message"] == real_texts()["safety_emergency"].plain
            other.execute("ROLLBACK")
        # The turn itself went on, and its events are what the same message gets from now on.
        again = visitor.client.post("/chat/v1/messages", json=message)
        assert again.status_code == 200
        assert visitor.transcript() == again.json()["events"]


# --- the process ---


@contextmanager
def process(tmp_path: Path, model: Path) -> Iterator[Server]:
    """`clinicbot serve`, not waited for."""
    port, var = free_port(), tmp_path / "var"
    var.mkdir()
    environ = {
        **os.environ,
        "CLINIC_VAR": str(var),
        "CLINIC_MODEL": str(model),
        "CLINIC_CONTENT": str(mini_content(tmp_path / "content")),
        "PORT": str(port),
    }
    log = tmp_path / "server.log"
    with log.open("w") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "clinicbot", "serve"],
            cwd=PROJECT_ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", var / "clinic.db", log, started)
    try:
        yield server
    finally:
        started.kill()
        started.wait()


def wait_until_it_listens(server: Server) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{server.url}/healthz", trust_env=False)
            return
        except httpx.ConnectError:
            assert server.process.poll() is None, server.log.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)


def test_the_process_helps_before_its_model_is_loaded(tmp_path: Path, mini_model: Path) -> None:
    with process(tmp_path, mini_model) as server:
        wait_until_it_listens(server)
        get = httpx.Client(base_url=server.url, trust_env=False).get
        assert (get("/healthz").status_code, get("/readyz").status_code) == (200, 503)
        visitor = server.visitor()
        helped = visitor.say(CHEST)
        assert helped.kinds == ["safety"]
        refused = visitor.post(type="text", text="hello")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "not_ready")
        assert "\nready\n" not in server.log.read_text()
        server.wait_until_ready()
        assert get("/readyz").status_code == 200
        assert visitor.say("hello").text == "Hello."
        assert len(visitor.transcript()) == 4
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(10) == 0
        assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seconds", [0.0, 1.5])
def test_a_stop_while_loading_ends_it_in_seconds(
    tmp_path: Path, mini_model: Path, stop: signal.Signals, seconds: float
) -> None:
    with process(tmp_path, mini_model) as server:
        wait_until_it_listens(server)
        time.sleep(seconds)
        before = time.monotonic()
        server.process.send_signal(stop)
        status = server.process.wait(10)
        assert time.monotonic() - before < 4
        said = server.log.read_text()
        assert (status, "Traceback" in said, "\nready\n" in said) == (0, False, False)


def test_a_model_that_is_none_ends_the_process_after_it_helped(tmp_path: Path) -> None:
    model = tmp_path / "model.tar.gz"
    model.write_bytes(b"not an archive")
    with process(tmp_path, model) as server:
        wait_until_it_listens(server)
        assert server.visitor().say(CHEST).kinds == ["safety"]
        assert server.process.wait(60) == 1
        said = server.log.read_text()
        assert "cannot be loaded" in said
        assert "Traceback" not in said
        assert "\nready\n" not in said
