"""Tests S1 (short) and S2 of the research: oversize and malformed requests."""

from __future__ import annotations

import json
import random
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web_api import assert_error, say, text_message
from tests.web_server import Running, running

SEED = 20240506
BODIES = 400
NO_STRINGS: list[Any] = [None, True, 0, -1, 1.5, 1e308, 2**63, [], ["text"], {}, [[[]]]]
BAD_STRINGS = ["", " ", "\u200b", "\x00", "a\x00b", "\ud800", "x" * 1001]
NO_NUMBERS = [True, -1, 1.5, 1e308, 2**63, "", "1", [], {}]
BAD_FORMS = [{}, {"name": 1}, {"name": ""}, {"$ne": "x"}, {"name": "\x00"}, {"name": {}}, "x"]
FOREIGN = ["sender", "sender_id", "conversation_id", "metadata", "parse_data", "__proto__"]
GOOD: dict[str, tuple[str, Any, list[Any]]] = {
    "text": ("text", "hello", NO_STRINGS + BAD_STRINGS),
    "choice": ("choice", "intent:book", [*NO_STRINGS, "", " x", "\x00", "\ud800", "x" * 201]),
    "form": ("fields", {"name": "Ada"}, NO_STRINGS[:8] + BAD_FORMS),
}
CLOSE_MARGIN = 0.5


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def visitor(server: Running) -> Iterator[httpx.Client]:
    with server.signed_in() as client:
        yield client


def malformed_message(random_: random.Random) -> Any:
    """A message with exactly one thing wrong."""
    kind = random_.choice(sorted(GOOD))
    field, value, wrong = GOOD[kind]
    message = {"id": str(uuid.UUID(int=random_.getrandbits(128))), "type": kind, field: value}
    spoil = random_.randrange(7)
    if spoil == 0:
        del message[random_.choice(sorted(message))]
    elif spoil == 1:
        message[random_.choice(FOREIGN)] = random_.choice([*NO_STRINGS, "default"])
    elif spoil == 2:
        message["id"] = random_.choice([*NO_STRINGS, *BAD_STRINGS, "default"])
    elif spoil == 3:
        message["type"] = random_.choice([*NO_STRINGS, *BAD_STRINGS, "restart"])
    elif spoil == 4:
        message["after"] = random_.choice(NO_NUMBERS)
    elif spoil == 5:
        return random_.choice([[message], json.dumps(message), None, 7, True])
    else:
        message[field] = random_.choice(wrong)
    return message


def malformed_body(random_: random.Random) -> bytes:
    """Bytes that no client of ours would send."""
    body = json.dumps(malformed_message(random_)).encode()
    wound = random_.random()
    if wound < 0.15:
        return body[: random_.randrange(len(body))]
    if wound < 0.25:
        at = random_.randrange(len(body))
        return body[:at] + bytes([random_.choice([0x80, 0xC0, 0xFF, 0x00])]) + body[at:]
    if wound < 0.3:
        return random_.randbytes(random_.randrange(200))
    return body


def test_malformed_bodies_get_a_stable_error_and_never_reach_the_bot(
    server: Running, visitor: httpx.Client
) -> None:
    random_ = random.Random(SEED)
    headers = {"Content-Type": "application/json"}
    for i in range(BODIES):
        body = malformed_body(random_)
        reply = visitor.post("/chat/v1/messages", content=body, headers=headers)
        assert reply.status_code in {400, 413}, (i, body)
        assert_error(reply, reply.status_code, reply.json()["error"]["code"])
    assert server.bot.handled == []
    assert visitor.get("/chat/v1/events").json()["events"] == []


@pytest.mark.parametrize("path", ["/chat/v1/feedback", "/chat/v1/session"])
def test_malformed_bodies_elsewhere_are_refused_too(
    server: Running, visitor: httpx.Client, path: str
) -> None:
    random_ = random.Random(SEED)
    opened = len(server.conversations.opened)
    for i in range(60):
        body = malformed_body(random_)
        headers = {"Content-Type": "application/json"}
        reply = visitor.post(path, content=body, headers=headers)
        assert_error(reply, 400, reply.json()["error"]["code"])
        assert reply.json()["error"]["code"] != "internal", (i, body)
    assert server.conversations.votes == {}
    assert len(server.conversations.opened) == opened


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_what_a_page_could_send_without_a_preflight_is_refused(
    visitor: httpx.Client, content_type: str
) -> None:
    body = json.dumps(text_message())
    headers = {"Content-Type": content_type}
    reply = visitor.post("/chat/v1/messages", content=body, headers=headers)
    assert_error(reply, 415, "not_json")


@pytest.mark.parametrize("depth", [1_000, 5_000, 10_000])
def test_deeply_nested_json_is_refused_at_once(visitor: httpx.Client, depth: int) -> None:
    started = time.monotonic()
    headers = {"Content-Type": "application/json"}
    reply = visitor.post("/chat/v1/messages", content=b"[" * depth, headers=headers)
    assert_error(reply, 400, "invalid_json")
    assert time.monotonic() - started < CLOSE_MARGIN


def test_a_text_over_the_limit_is_told_the_limit(server: Running, visitor: httpx.Client) -> None:
    reply = say(visitor, "x" * 1001)
    assert_error(reply, 413, "too_long")
    assert "1000" in reply.json()["error"]["message"]
    # The longest text in the longest characters fits into the body.
    assert say(visitor, "👩" * 1000).status_code == 200
    server.bot.handled.clear()


def raw_reply(server: Running, request: bytes) -> bytes:
    """What the server answers to these bytes before it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.settings.port), timeout=5) as connection:
        connection.sendall(request)
        reply = b""
        try:
            while part := connection.recv(65_536):
                reply += part
        except ConnectionResetError:
            pass
        return reply


def head(method: str, path: str, *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("size", [20_000, 10_000_000])
def test_an_oversize_body_is_refused_unread(server: Running, size: int) -> None:
    started = time.monotonic()
    reply = raw_reply(
        server, head("POST", "/chat/v1/session", f"Content-Length: {size}") + b"x" * 500
    )
    assert reply.startswith(b"HTTP/1.1 413 ")
    body = json.loads(reply.split(b"\r\n\r\n", 1)[1])
    assert body["error"]["code"] == "too_large"
    assert "16384" in body["error"]["message"]
    assert time.monotonic() - started < CLOSE_MARGIN


def test_a_100_kb_text_is_a_413(visitor: httpx.Client) -> None:
    assert_error(say(visitor, "x" * 100_000), 413, "too_large")


def test_an_endless_chunked_body_is_cut(server: Running) -> None:
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    request = head("POST", "/chat/v1/session", "Transfer-Encoding: chunked") + chunk * 4
    assert raw_reply(server, request).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 10_000 + b"\r\n\r\n", 413),
        (head("POST", "/chat/v1/session", "Content-Length: -5"), 400),
        (head("POST", "/chat/v1/session", "Content-Length: five"), 400),
        (head("POST", "/chat/v1/session", "Content-Length: 2", "Content-Length: 3") + b"{}", 400),
        (head("POST", "/chat/v1/session", "Content-Length: 2", "Transfer-Encoding: chunked"), 400),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"rubbish\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
    ],
    ids=[
        "long header",
        "negative",
        "word",
        "two lengths",
        "smuggling",
        "url",
        "rubbish",
        "9.9",
        "header",
    ],
)
def test_what_is_not_proper_http_gets_our_error(
    server: Running, request_: bytes, status: int
) -> None:
    reply = raw_reply(server, request_)
    assert reply.startswith(b"HTTP/1.1 %d " % status), reply[:200]
    assert json.loads(reply.split(b"\r\n\r\n", 1)[1])["ok"] is False
    assert b"x-content-type-options: nosniff" in reply.lower()


@pytest.mark.parametrize(
    "path", [b"/\xff\xfe", b"/%00", b"/..%2f..%2fetc/passwd", b"//evil.example"]
)
def test_an_odd_address_harms_nobody(server: Running, path: bytes) -> None:
    reply = raw_reply(server, b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert reply == b"" or reply.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), reply[:200]
    assert server.client().get("/healthz").status_code == 200
