"""Test S4 of the research: only our own routes exist; and what every reply carries."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from clinicbot.web.app import create_app
from tests.fakes import FakeBot, FakeServices
from tests.web_api import assert_error, say
from tests.web_server import Running, running, web_messages, web_settings

ROUTES = {
    ("POST", "/chat/v1/session"),
    ("DELETE", "/chat/v1/session"),
    ("OPTIONS", "/chat/v1/session"),
    ("POST", "/chat/v1/messages"),
    ("OPTIONS", "/chat/v1/messages"),
    ("GET", "/chat/v1/events"),
    ("OPTIONS", "/chat/v1/events"),
    ("POST", "/chat/v1/feedback"),
    ("OPTIONS", "/chat/v1/feedback"),
    ("GET", "/chat/v1/transcript"),
    ("OPTIONS", "/chat/v1/transcript"),
    ("GET", "/healthz"),
    ("HEAD", "/healthz"),
    ("GET", "/readyz"),
    ("HEAD", "/readyz"),
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/static/blocks.js"),
    ("HEAD", "/static/blocks.js"),
    ("GET", "/static/demo.css"),
    ("HEAD", "/static/demo.css"),
    ("GET", "/static/demo.js"),
    ("HEAD", "/static/demo.js"),
    ("GET", "/static/mark.svg"),
    ("HEAD", "/static/mark.svg"),
}
FOREIGN = [
    "/webhooks/rest",
    "/webhooks/rest/webhook",
    "/webhooks/callback/webhook",
    "/webhook",
    "/socket.io/",
    "/model",
    "/model/parse",
    "/model/train",
    "/conversations",
    "/conversations/default/tracker",
    "/conversations/default/trigger_intent",
    "/domain",
    "/status",
    "/version",
    "/intent",
    "/metrics",
    "/static",
    "/static/",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static/templates/demo.html",
    "/favicon.ico",
    "/chat/v1",
    "/chat/v2/session",
]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def as_new(server: Running) -> Iterator[None]:
    yield
    server.bot.ready, server.bot.age, server.services.ping_error = True, 0.0, None
    server.app.ctx.chat.draining = False


def test_the_app_has_our_routes_and_no_other() -> None:
    services = FakeServices()
    app = create_app(services, FakeBot(services.conversations), web_settings(), web_messages())
    routes = {(method, f"/{route.path}") for route in app.router.routes for method in route.methods}
    assert routes == ROUTES


def test_two_apps_can_live_in_one_process() -> None:
    services = FakeServices()
    bot = FakeBot(services.conversations)
    names = {create_app(services, bot, web_settings(), web_messages()).name for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize("path", FOREIGN)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_nothing_of_rasa_or_of_the_file_system_is_there(
    server: Running, method: str, path: str
) -> None:
    reply = server.client().request(method, path)
    assert_error(reply, 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/chat/v1/messages", "OPTIONS, POST"),
        ("PUT", "/chat/v1/session", "DELETE, OPTIONS, POST"),
        ("POST", "/", "GET, HEAD"),
        ("OPTIONS", "/healthz", "GET, HEAD"),
    ],
)
def test_another_method_is_a_405_that_names_the_right_ones(
    server: Running, method: str, path: str, allowed: str
) -> None:
    reply = server.client().request(method, path)
    assert_error(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == allowed


@pytest.mark.parametrize(
    "text", ["/restart", " /restart", '/ask{"x": 1}', "EXTERNAL: x", "/intent"]
)
def test_commands_of_rasa_are_plain_text_here(server: Running, text: str) -> None:
    with server.signed_in() as visitor:
        assert say(visitor, text).status_code == 200
    handled = server.bot.handled[-1]
    assert (handled.type, handled.text, handled.choice) == ("text", text.strip(), None)


def every_reply(server: Running) -> Iterator[httpx.Response]:
    with server.signed_in() as visitor:
        yield visitor.post("/chat/v1/session", json={})
        yield say(visitor)
        yield visitor.post("/chat/v1/messages", json=[])
        stream = {"Accept": "text/event-stream"}
        message = {"id": "6f1c2a6e-8a55-4b0e-9d0b-1f2e3d4c5b6a", "type": "text", "text": "x"}
        yield visitor.post("/chat/v1/messages", json=message, headers=stream)
        for path in ("/", "/static/demo.css", "/healthz", "/readyz", "/none", "/chat/v1/events"):
            yield visitor.get(path)
        yield visitor.put("/")
        yield visitor.head("/")
        server.bot.ready = False
        yield visitor.get("/readyz")


def test_every_reply_carries_the_security_headers(server: Running) -> None:
    replies = list(every_reply(server))
    assert {reply.status_code for reply in replies} == {200, 201, 400, 404, 405, 503}
    for reply in replies:
        policy = reply.headers["content-security-policy"]
        assert policy == (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in reply.headers["permissions-policy"]
        assert reply.headers["cache-control"] in {"no-store", "no-cache"}
        assert len(reply.headers["x-request-id"]) == 16
        assert "server" not in reply.headers
        assert "set-cookie" not in reply.headers
    assert len({reply.headers["x-request-id"] for reply in replies}) == len(replies)


def test_what_visitors_said_is_never_cached(server: Running) -> None:
    with server.signed_in() as visitor:
        for reply in (say(visitor), visitor.get("/chat/v1/events")):
            assert reply.headers["cache-control"] == "no-store"


def test_a_file_that_the_browser_has_is_not_sent_again(server: Running) -> None:
    first = server.client().get("/static/demo.js")
    assert first.headers["content-type"].startswith("text/javascript") or first.headers[
        "content-type"
    ].startswith("application/javascript")
    again = server.client().get("/static/demo.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_healthz_is_about_the_process_and_the_bots_thread(server: Running) -> None:
    server.bot.ready = False
    server.services.ping_error = RuntimeError("no database")
    assert server.client().get("/healthz").json() == {"ok": True}
    server.bot.age = 6.0
    assert_error(server.client().get("/healthz"), 503, "bot_stalled")


def test_readyz_needs_a_model_and_storage_and_no_stop_under_way(server: Running) -> None:
    client = server.client()
    assert client.get("/readyz").json() == {"ok": True}
    server.bot.ready = False
    assert_error(client.get("/readyz"), 503, "not_ready")
    server.bot.ready = True
    server.services.ping_error = RuntimeError("no database at secret-host")
    reply = client.get("/readyz")
    assert_error(reply, 503, "storage_unavailable")
    assert "secret-host" not in reply.text
    server.services.ping_error = None
    server.app.ctx.chat.draining = True
    assert_error(client.get("/readyz"), 503, "stopping")


def test_while_stopping_no_message_is_taken(server: Running) -> None:
    with server.signed_in() as visitor:
        server.app.ctx.chat.draining = True
        reply = say(visitor)
    assert_error(reply, 503, "not_ready")
    assert reply.headers["connection"] == "close"
