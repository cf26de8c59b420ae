"""A visitor of a real server: says things over HTTP and reads what comes back."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from clinicbot.knowledge.reply import Reply

START_SECONDS = 90.0


@dataclass
class Server:
    """A running server process, its database and what it printed."""

    url: str
    database: Path
    log: Path
    process: subprocess.Popen[bytes]

    def wait_until_ready(self) -> None:
        """Returns when it says that it is ready; fails with its output if it never does."""
        until = time.monotonic() + START_SECONDS
        while "\nready\n" not in self.log.read_text():
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def visitor(self) -> Visitor:
        """A visitor with a conversation of their own."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        opened = client.post("/chat/v1/session", json={})
        assert opened.status_code == 201, opened.text
        client.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        return Visitor(client)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds now."""
        address = f"file:{self.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return list(connection.execute(sql, values))


@dataclass
class Said:
    """What the assistant said in one turn."""

    messages: list[dict[str, Any]]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [block for message in self.messages for block in message["blocks"]]

    @property
    def kinds(self) -> list[str]:
        return [message["kind"] for message in self.messages]

    @property
    def answer(self) -> str | None:
        """The id of the answer given, if there is one."""
        ids = [message["answer"]["id"] for message in self.messages if message["answer"]]
        return ids[0] if ids else None

    @property
    def text(self) -> str:
        """All of it in plain lines."""
        return "\n".join(Reply(tuple(m["blocks"]), m["kind"]).as_text() for m in self.messages)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [block for block in self.blocks if block["type"] == kind]

    @property
    def choices(self) -> list[str]:
        """Ids of the choices offered."""
        return [item["id"] for block in self.of_type("choices") for item in block["items"]]

    @property
    def words(self) -> str:
        """What was said, without the titles of sources, choices and form fields."""
        kept = [b for b in self.blocks if b["type"] in {"text", "list", "table"}]
        return Reply(tuple(kept), "answer").as_text()


@dataclass
class Visitor:
    """One conversation."""

    client: httpx.Client
    said: list[Said] = field(default_factory=list)

    def post(self, **message: Any) -> httpx.Response:
        body = {"id": str(uuid.uuid4()), **message}
        return self.client.post("/chat/v1/messages", json=body)

    def send(self, **message: Any) -> Said:
        """Sends a message; fails unless something is answered."""
        response = self.post(**message)
        assert response.status_code == 200, response.text
        events = response.json()["events"]
        said = Said([event["message"] for event in events if event["type"] == "assistant"])
        assert said.messages and all(message["blocks"] for message in said.messages)
        self.said.append(said)
        return said

    def say(self, text: str) -> Said:
        return self.send(type="text", text=text)

    def choose(self, choice: str) -> Said:
        return self.send(type="choice", choice=choice)

    def fill(self, **fields: str) -> Said:
        return self.send(type="form", fields=fields)

    def transcript(self) -> list[dict[str, Any]]:
        return list(self.client.get("/chat/v1/events", params={"after": 0}).json()["events"])


def sentences(said: Said) -> Iterator[str]:
    """Each sentence of each text and list item; a full stop inside a title ends nothing."""
    for block in said.blocks:
        for text in [block["text"]] if block["type"] == "text" else block.get("items", []):
            if isinstance(text, str):
                yield from re.split(r"(?<=[.!?])\s+", text)
