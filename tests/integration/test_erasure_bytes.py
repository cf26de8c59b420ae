"""Plant a token, erase, look for its bytes in everything the server wrote."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinicbot.settings import PROJECT_ROOT
from tests.visitor import Server, Visitor
from tests.web_server import free_port

pytestmark = pytest.mark.model


@contextmanager
def serving(project: Path, folder: Path) -> Iterator[Server]:
    """The product on the tiny model; all that it writes lies in `folder`, its log too."""
    port = free_port()
    environ = {**os.environ, "CLINIC_VAR": str(folder), "CLINIC_LIMITS": "off", "PORT": str(port)}
    environ.pop("CLINIC_DATABASE_URL", None)
    log = folder / "server.log"
    folder.mkdir(exist_ok=True)
    with log.open("w") as output:
        command = [sys.executable, "-m", "tests.tiny_process", str(project)]
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", folder / "clinic.db", log, process)
    try:
        server.wait_until_ready()
        yield server
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def server(tiny_project: Path, tmp_path: Path) -> Iterator[Server]:
    with serving(tiny_project, tmp_path / "var") as server:
        yield server


def clinicbot(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command beside the running server."""
    environ = {**os.environ, "CLINIC_VAR": str(server.database.parent)}
    environ.pop("CLINIC_DATABASE_URL", None)
    command = [sys.executable, "-m", "clinicbot", *arguments]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True)


def planted(server: Server, token: str, turns: int = 12) -> Visitor:
    """A visitor who says the token again and again, long and short, among others."""
    visitor, other = server.visitor(), server.visitor()
    for number in range(turns):
        text = f"hello {token} {'long words ' * (number % 4 * 20)}"[:900]
        assert visitor.say(text.strip()).blocks
        other.say("how long is the downtime for prp")
    visitor.client.post("/chat/v1/feedback", json={"message": 2, "value": "down", "reason": token})
    return visitor


def files_with(folder: Path, token: str) -> list[str]:
    """The files below the folder that hold these bytes."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in found if token.encode() in path.read_bytes()]


def new_token() -> str:
    """Letters that no mask touches and nobody else says."""
    return "zz" + "".join(secrets.choice("bcdfghkmnpqrstvw") for _ in range(18))


def conversation_with(server: Server, token: str) -> str:
    like = f"%{token}%"
    rows = server.rows(
        "SELECT DISTINCT conversation_id FROM chat_events WHERE message LIKE ?", like
    )
    ((conversation_id,),) = rows
    return str(conversation_id)


def test_after_the_visitors_deletion_no_byte_is_left(server):
    folder, token = server.database.parent, new_token()
    visitor = planted(server, token)
    conversation_id = conversation_with(server, token)
    assert files_with(folder, token)
    reply = visitor.client.delete("/chat/v1/session")
    assert reply.json()["receipt"]["rows"] > 30
    assert files_with(folder, token) == []
    assert files_with(folder, conversation_id) == []
    assert server.visitor().say("hello").blocks


def test_after_the_commands_erasure_no_byte_is_left_while_the_server_runs(server):
    folder, token = server.database.parent, new_token()
    planted(server, token)
    conversation_id = conversation_with(server, token)
    exported = folder / "export.json"
    done = clinicbot(server, "export", "--conversation", conversation_id, "--out", str(exported))
    assert done.returncode == 0, done.stderr
    assert token in exported.read_text()
    assert oct(exported.stat().st_mode)[-3:] == "600"
    again = clinicbot(server, "export", "--conversation", conversation_id, "--out", str(exported))
    assert (again.returncode, "overwrites nothing" in again.stderr) == (1, True)
    done = clinicbot(server, "erase", "--conversation", conversation_id)
    assert done.returncode == 0, done.stderr
    assert (done.stderr, "exported files       1 files" in done.stdout) == ("", True), done.stdout
    assert "chat_events          24 rows" in done.stdout
    assert files_with(folder, token) == []
    assert not exported.exists()
    done = clinicbot(server, "erase", "--conversation", conversation_id)
    assert (done.returncode, done.stdout) == (0, "Nothing found.\n")
    assert server.visitor().say("hello").blocks


def test_a_contact_is_erased_and_after_a_restore_erased_again_at_the_start(tiny_project, tmp_path):
    folder, token = tmp_path / "var", new_token()
    backup = tmp_path / "backup.db"
    with serving(tiny_project, folder) as server:
        visitor = planted(server, token)
        visitor.say("book a call")  # of Ann, 0123
        copy(server.database, backup)
        done = clinicbot(server, "erase", "--contact", "0123")
        assert "callback_requests    1 rows" in done.stdout
        assert files_with(folder, token) == []
    for name in ("clinic.db", "clinic.db-wal", "clinic.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(backup, folder / "clinic.db")
    assert files_with(folder, token)
    with serving(tiny_project, folder) as server:
        assert "Erased again after a restore" in server.log.read_text()
        assert server.rows("SELECT count(*) FROM callback_requests") == [(0,)]
        assert files_with(folder, token) == []
        # ... and the same by hand, beside a running server.
        copy(backup, server.database)
        done = clinicbot(server, "retention", "run")
        assert "Erased again after a restore" in done.stdout, done.stdout + done.stderr
        assert files_with(folder, token) == []


def copy(source: Path, target: Path) -> None:
    """A backup as SQLite makes it, from and into databases that are in use."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()
