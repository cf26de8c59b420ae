"""A real server of ours in a thread of the test process, and settings for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic

from clinicbot.settings import PROJECT_ROOT, Settings, load_settings
from clinicbot.web.api_messages import ApiMessages, load_messages
from clinicbot.web.app import create_app
from clinicbot.web.server import serve
from tests.fakes import FakeBot, FakeConversations, FakeServices

# Sanic rewrites its own methods when an app starts; only in this mode may a second one start.
Sanic.test_mode = True

CLINIC = {"name": "Elm Street Hair Clinic", "phone": "020 7946 0000"}
KEEP = {"keep_days": "30", "keep_request_days": "180"}
TEST_KEY = "a key that only the tests know, long enough"


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def web_settings(**changes: Any) -> Settings:
    """Settings of a server on a free loopback port, without limits."""
    environ = {
        "CLINIC_VAR": str(Path("/nonexistent")),
        "CLINIC_DATABASE_URL": "sqlite://",
        "CLINIC_SESSION_KEY": TEST_KEY,
        "CLINIC_LIMITS": "off",
        "PORT": str(free_port()),
    }
    return replace(load_settings(environ), **changes)


def web_messages(**clinic: str) -> ApiMessages:
    """The texts as they are, for a clinic of the tests."""
    return load_messages(PROJECT_ROOT / "content", {**CLINIC, **KEEP, **clinic})


@dataclass
class Running:
    """A running server, its parts, and how to reach it."""

    url: str
    settings: Settings
    services: FakeServices
    bot: FakeBot
    app: Any

    @property
    def conversations(self) -> Any:
        return self.services.conversations

    def client(self, **headers: str) -> httpx.Client:
        """A client that sends these headers with every request (_ stands for -)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Client(base_url=self.url, headers=named, timeout=10, trust_env=False)

    def signed_in(self, **headers: str) -> httpx.Client:
        """A client with a conversation of its own."""
        with self.client(**headers) as opening:
            reply = opening.post("/chat/v1/session", json={})
        assert reply.status_code == 201, reply.text
        client = self.client(**headers)
        client.headers["Authorization"] = f"Bearer {reply.json()['token']}"
        return client


@contextmanager
def running(bot: FakeBot | None = None, **changes: Any) -> Iterator[Running]:
    """Starts a server with these settings, stops it at the end."""
    settings = web_settings(**changes)
    services = FakeServices(bot.conversations if bot else FakeConversations())
    bot = bot or FakeBot(services.conversations)
    app = create_app(services, bot, settings, web_messages())
    with serving_app(app, settings) as url:
        yield Running(url, settings, services, bot, app)


@contextmanager
def serving_app(app: Sanic, settings: Settings) -> Iterator[str]:
    """Serves an app in a thread; gives its address."""
    ready = threading.Event()
    stops: list[Callable[[], None]] = []

    def on_listening(stop: Callable[[], None]) -> None:
        stops.append(stop)
        ready.set()

    thread = threading.Thread(target=serve, args=(app, settings, on_listening, False), daemon=True)
    thread.start()
    assert ready.wait(10), "the server did not start"
    try:
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        stops[0]()
        thread.join(25)
        assert not thread.is_alive(), "the server did not stop"
