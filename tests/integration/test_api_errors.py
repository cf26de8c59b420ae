"""What a visitor is told when something is wrong on our side, and how fast one may go."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest

from clinicbot.errors import Busy, StorageUnavailable, TurnFailed
from tests.web_api import assert_error, say
from tests.web_server import CLINIC, Running, running


@pytest.fixture
def server() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture
def visitor(server: Running) -> Iterator[httpx.Client]:
    with server.signed_in() as client:
        yield client


def assert_unavailable(reply: httpx.Response, code: str) -> None:
    assert_error(reply, 503, code)
    assert int(reply.headers["retry-after"]) >= 1
    assert CLINIC["phone"] in reply.json()["error"]["message"]


def test_without_a_model_a_message_gets_an_honest_503(
    server: Running, visitor: httpx.Client
) -> None:
    server.bot.ready = False
    assert_unavailable(say(visitor), "not_ready")
    assert server.bot.handled == []


@pytest.mark.parametrize(
    ("error", "code"),
    [(Busy("full"), "busy"), (StorageUnavailable("away"), "storage_unavailable")],
)
def test_a_bot_that_cannot_gets_an_honest_503(
    server: Running, visitor: httpx.Client, error: Exception, code: str
) -> None:
    server.bot.error = error
    assert_unavailable(say(visitor), code)


def test_a_retry_after_a_503_is_answered(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = Busy("full")
    refused = say(visitor, id="6f1c2a6e-8a55-4b0e-9d0b-1f2e3d4c5b6a")
    server.bot.error = None
    answered = say(visitor, id="6f1c2a6e-8a55-4b0e-9d0b-1f2e3d4c5b6a")
    assert (refused.status_code, answered.status_code) == (503, 200)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/chat/v1/messages"),
        ("GET", "/chat/v1/events"),
        ("GET", "/chat/v1/transcript"),
        ("DELETE", "/chat/v1/session"),
    ],
)
def test_without_storage_nothing_is_claimed(
    server: Running, visitor: httpx.Client, method: str, path: str
) -> None:
    server.conversations.error = StorageUnavailable("away")
    body = {"json": {"id": "6f1c2a6e-8a55-4b0e-9d0b-1f2e3d4c5b6a", "type": "text", "text": "hi"}}
    reply = visitor.request(method, path, **(body if method == "POST" else {}))  # type: ignore[arg-type]
    assert_unavailable(reply, "storage_unavailable")
    assert server.bot.handled == []


def test_without_storage_no_session_is_opened(server: Running) -> None:
    server.conversations.error = StorageUnavailable("away")
    reply = server.client().post("/chat/v1/session", json={})
    assert_unavailable(reply, "storage_unavailable")
    assert "token" not in reply.text


def test_a_failed_turn_is_a_500_with_a_way_out(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = TurnFailed("action_x raised")
    reply = say(visitor)
    assert_error(reply, 500, "turn_failed")
    assert CLINIC["phone"] in reply.json()["error"]["message"]
    assert "action_x" not in reply.text


def test_a_bug_shows_nothing_but_the_requests_id_in_reply_and_log(
    server: Running, visitor: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.bot.error = KeyError("canary 07700 900123")
    token = visitor.headers["authorization"].split()[1]
    reply = say(visitor, "canary in the message")
    assert_error(reply, 500, "internal")
    assert "canary" not in reply.text
    assert reply.headers["x-request-id"] in caplog.text
    assert "KeyError" in caplog.text
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not [line for line in ours if "canary" in line or token in line]


def test_one_message_more_than_the_limit_waits() -> None:
    with running(limits=True, messages_per_minute=3) as server, server.signed_in() as visitor:
        assert [say(visitor).status_code for _ in range(3)] == [200, 200, 200]
        refused = say(visitor)
        assert_error(refused, 429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.headers["retry-after"] in refused.json()["error"]["message"]
        assert len(server.bot.handled) == 3
        with server.signed_in() as other:
            assert say(other).status_code == 200


def test_malformed_messages_count_too() -> None:
    with running(limits=True, messages_per_minute=3) as server, server.signed_in() as visitor:
        statuses = [visitor.post("/chat/v1/messages", json=[]).status_code for _ in range(4)]
        assert statuses == [400, 400, 400, 429]


def test_an_address_may_open_so_many_sessions_an_hour() -> None:
    with running(limits=True, sessions_per_hour=2) as server, server.client() as client:
        replies = [client.post("/chat/v1/session", json={}) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [201, 201, 429]
        assert int(replies[2].headers["retry-after"]) <= 1800
        assert len(server.conversations.opened) == 2


def test_a_client_cannot_claim_another_address() -> None:
    with running(limits=True, sessions_per_hour=1) as server, server.client() as client:
        statuses = []
        for i in range(3):
            headers = {"X-Forwarded-For": f"192.0.2.{i}", "Forwarded": f"for=192.0.2.{i}"}
            reply = client.post("/chat/v1/session", json={}, headers=headers)
            statuses.append(reply.status_code)
        assert statuses == [201, 429, 429]


def test_limits_can_be_off(server: Running, visitor: httpx.Client) -> None:
    assert {say(visitor).status_code for _ in range(30)} == {200}
