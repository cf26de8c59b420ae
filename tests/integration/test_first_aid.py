"""Danger is answered whatever is wrong: no model, a failed turn, no database, a limit reached.

S-24 and S-25 of the research with the whole stack stand in test_first_aid_process.py.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clinicbot.errors import (
    Busy,
    InvalidInput,
    Paused,
    StorageUnavailable,
    TurnFailed,
)
from clinicbot.web.chat import danger
from tests.fake_first_aid import real_patterns, real_texts
from tests.web_api import assert_error, say, stream_events, text_message
from tests.web_server import CLINIC, Running, running

PHRASES = {
    "safety_emergency": "I have chest pain and I can't catch my breath",
    "safety_self_harm": "I want to kill myself",
    "safety_urgent": "there's pus coming out of my scalp where they needled",
    "safety_drug_reaction": "my heart is racing since I started minoxidil",
    "safety_minor": "I'm 15 and my hair is thinning, book me in",
    "safety_distress": "I hate the way I look, everyone stares at my bald spot",
    "safety_threat": "I will come to your clinic and hurt you",
    "safety_private_data": "my ssn is 123-45-6789",
}
INTENTS = real_patterns().intents
CHEST = PHRASES["safety_emergency"]
STREAM = {"Accept": "text/event-stream"}
every_danger = pytest.mark.parametrize("intent", INTENTS)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def as_new(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "server" in request.fixturenames:
        server = request.getfixturevalue("server")
        server.bot.ready, server.bot.error, server.bot.seconds = True, None, 0.0
        server.conversations.error = server.services.first_aid_turns.error = None
        server.app.ctx.chat.draining = False


@pytest.fixture
def visitor(server: Running) -> Iterator[httpx.Client]:
    with server.signed_in() as client:
        yield client


def expected(text: str) -> Any:
    """The help text for these words, whichever class the patterns put them into."""
    intent = real_patterns().find(text)
    assert intent is not None, text
    return real_texts()[intent]


def assert_helped(reply: httpx.Response, text: str) -> None:
    """The reply holds stored events: what was said, and the help for it."""
    assert reply.status_code == 200, reply.text
    said, helped = reply.json()["events"]
    assert said["message"] == {"type": "text", "text": text}
    assert helped["message"]["kind"] == "safety"
    assert helped["message"]["blocks"] == [dict(block) for block in expected(text).blocks]


def assert_help_in_error(reply: httpx.Response, text: str, status: int, code: str) -> None:
    """The reply is an error that helps, in words and in blocks."""
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/json")
    error = reply.json()["error"]
    assert set(error) == {"code", "message", "blocks"}
    assert (error["code"], error["message"]) == (code, expected(text).plain)
    assert error["blocks"] == [dict(block) for block in expected(text).blocks]


def test_every_class_of_danger_has_a_phrase_here_that_fires() -> None:
    assert set(INTENTS) <= set(PHRASES)
    assert {real_patterns().find(PHRASES[intent]) for intent in INTENTS} <= set(INTENTS)


@every_danger
def test_without_a_model(server: Running, visitor: httpx.Client, intent: str) -> None:
    server.bot.ready = False
    text = PHRASES[intent]
    assert_helped(say(visitor, text), text)
    assert [e["n"] for e in visitor.get("/chat/v1/events").json()["events"]] == [1, 2]
    assert_error(say(visitor, "how long is the downtime?"), 503, "not_ready")


@every_danger
@pytest.mark.parametrize(
    "error",
    [
        TurnFailed("action raised"),
        Busy("full"),
        StorageUnavailable("away"),
        KeyError("a bug"),
        SystemError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_with_a_turn_that_fails(
    server: Running, visitor: httpx.Client, intent: str, error: Exception
) -> None:
    server.bot.error = error
    assert_helped(say(visitor, PHRASES[intent]), PHRASES[intent])


@every_danger
def test_with_the_database_locked(server: Running, visitor: httpx.Client, intent: str) -> None:
    server.bot.error = Busy("locked")
    server.services.first_aid_turns.error = StorageUnavailable("locked")
    reply = say(visitor, PHRASES[intent])
    assert_help_in_error(reply, PHRASES[intent], 503, "busy")
    assert int(reply.headers["retry-after"]) >= 1


@every_danger
def test_with_the_database_away(server: Running, visitor: httpx.Client, intent: str) -> None:
    server.conversations.error = StorageUnavailable("away")
    server.services.first_aid_turns.error = StorageUnavailable("away")
    reply = say(visitor, PHRASES[intent])
    assert_help_in_error(reply, PHRASES[intent], 503, "storage_unavailable")


@every_danger
def test_at_the_rate_limit(intent: str) -> None:
    with running(limits=True, messages_per_minute=1) as server, server.signed_in() as visitor:
        assert say(visitor).status_code == 200
        text = PHRASES[intent]
        assert_help_in_error(say(visitor, text), text, 429, "too_many_requests")
        assert_error(say(visitor, "hello"), 429, "too_many_requests")
        assert len(server.bot.handled) == 1


def test_while_paused(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = Paused(299)
    reply = say(visitor, CHEST)
    assert_help_in_error(reply, CHEST, 429, "paused")
    assert reply.headers["retry-after"] == "299"
    refused = say(visitor, "you again")
    assert_error(refused, 429, "paused")
    assert "5 min" in refused.json()["error"]["message"]
    assert CLINIC["phone"] in refused.json()["error"]["message"]


@pytest.mark.parametrize("text", [CHEST + " help" * 400, "well " * 400 + CHEST])
def test_in_a_text_that_is_too_long(visitor: httpx.Client, text: str) -> None:
    assert_help_in_error(say(visitor, text), CHEST, 413, "too_long")


def test_while_the_server_stops(server: Running, visitor: httpx.Client) -> None:
    server.app.ctx.chat.draining = True
    assert_help_in_error(say(visitor, CHEST), CHEST, 503, "not_ready")


def test_when_the_session_is_over(server: Running, visitor: httpx.Client) -> None:
    visitor.delete("/chat/v1/session")
    assert_help_in_error(say(visitor, CHEST), CHEST, 401, "no_session")


def test_in_a_body_with_a_mistake(visitor: httpx.Client) -> None:
    reply = visitor.post("/chat/v1/messages", json={"text": CHEST})
    assert_help_in_error(reply, CHEST, 400, "invalid_field")
    headers = {"Content-Type": "application/json"}
    damaged = visitor.post("/chat/v1/messages", content=f'{{"text": "{CHEST}', headers=headers)
    assert_help_in_error(damaged, CHEST, 400, "invalid_json")


def test_in_a_form(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = InvalidInput("not offered")
    fields = {"name": "Ann", "contact": CHEST}
    message = {"id": str(uuid.uuid4()), "type": "form", "fields": fields}
    reply = visitor.post("/chat/v1/messages", json=message)
    assert_help_in_error(reply, CHEST, 400, "invalid_input")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b'{"text": 1, "fields": [1]}', b'{"fields": {"a": 1}}', b"[" * 9000],
)
def test_a_body_of_any_other_shape_is_an_ordinary_error(visitor: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    reply = visitor.post("/chat/v1/messages", content=body, headers=headers)
    assert reply.status_code == 400
    assert set(reply.json()["error"]) == {"code", "message"}


def test_only_messages_are_searched_for_danger(server: Running, visitor: httpx.Client) -> None:
    reply = visitor.post("/chat/v1/feedback", json={"text": CHEST})
    assert_error(reply, 400, "unknown_field")


def test_the_same_id_again_is_stored_once(server: Running, visitor: httpx.Client) -> None:
    server.bot.ready = False
    message = text_message(CHEST)
    first = visitor.post("/chat/v1/messages", json=message)
    assert visitor.post("/chat/v1/messages", json=message).json() == first.json()
    assert len(visitor.get("/chat/v1/events").json()["events"]) == 2


def test_after_brings_what_was_missed(server: Running, visitor: httpx.Client) -> None:
    say(visitor, "one")
    server.bot.error = TurnFailed("no")
    events = say(visitor, CHEST, after=1).json()["events"]
    assert [event["n"] for event in events] == [2, 3, 4]


def test_a_bot_that_works_answers_itself(server: Running, visitor: httpx.Client) -> None:
    events = say(visitor, CHEST).json()["events"]
    assert events[1]["message"]["blocks"][0]["text"] == f"You said: {CHEST}"


@pytest.mark.parametrize("stored", [True, False])
def test_nobody_in_danger_waits_for_a_slow_bot(
    server: Running, visitor: httpx.Client, stored: bool
) -> None:
    server.bot.seconds = 8.0
    if not stored:
        server.services.first_aid_turns.error = StorageUnavailable("locked")
    before = time.monotonic()
    reply = say(visitor, CHEST)
    assert time.monotonic() - before < danger.BOT_SECONDS + danger.STORE_SECONDS + 0.5
    if stored:
        assert_helped(reply, CHEST)
    else:
        assert_help_in_error(reply, CHEST, 503, "busy")


def test_in_a_stream(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = TurnFailed("no")
    message = text_message(CHEST)
    reply = visitor.post("/chat/v1/messages", json=message, headers=STREAM)
    events = stream_events(reply.text)
    assert [event["type"] for event in events] == ["typing", "visitor", "assistant", "done"]
    assert events[2]["message"]["blocks"] == [dict(block) for block in expected(CHEST).blocks]


def test_in_a_stream_that_ends_in_an_error(server: Running, visitor: httpx.Client) -> None:
    server.bot.error = TurnFailed("no")
    server.services.first_aid_turns.error = StorageUnavailable("away")
    reply = visitor.post("/chat/v1/messages", json=text_message(CHEST), headers=STREAM)
    typing, error = stream_events(reply.text)
    assert (typing["type"], error["type"]) == ("typing", "error")
    assert set(error["message"]) == {"code", "message", "blocks"}
    assert error["message"]["message"] == expected(CHEST).plain
    assert error["message"]["blocks"] == [dict(block) for block in expected(CHEST).blocks]


def test_what_was_said_is_in_no_log(
    server: Running, visitor: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.bot.error = KeyError("canary")
    server.services.first_aid_turns.error = KeyError("canary")
    say(visitor, "canary " + CHEST)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not [line for line in ours if "canary" in line or "chest" in line]
    assert "first aid was not stored: KeyError" in ours
