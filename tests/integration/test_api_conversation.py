"""A whole conversation over HTTP: session, messages, resume, feedback, transcript, deletion."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from clinicbot.errors import Busy, InvalidInput, StorageUnavailable, TurnFailed
from clinicbot.knowledge.conversation import VisitorMessage
from tests.web_api import assert_error, say, stream_events, text_message
from tests.web_server import CLINIC, Running, running

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def server() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture
def visitor(server: Running) -> Iterator[httpx.Client]:
    with server.signed_in() as client:
        yield client


def test_a_new_session_has_a_token_limits_and_a_greeting(server: Running) -> None:
    reply = server.client().post("/chat/v1/session", json={})
    body = reply.json()
    assert reply.status_code == 201
    assert set(body) == {"ok", "token", "expires_at", "limits", "greeting", "notice"}
    assert body["limits"] == {"max_chars": 1000, "max_body": 16384, "messages_per_minute": None}
    assert body["greeting"]["blocks"][0]["type"] == "text"
    assert CLINIC["name"] in body["greeting"]["blocks"][0]["text"]


def test_the_session_ends_when_it_says_and_the_storage_knows(server: Running) -> None:
    body = server.client().post("/chat/v1/session", json={}).json()
    expires_at = datetime.fromisoformat(body["expires_at"].replace("Z", "+00:00"))
    lifetime = expires_at - datetime.now(timezone.utc)
    assert timedelta(hours=23, minutes=59) < lifetime <= timedelta(hours=24)
    assert list(server.conversations.opened.values()) == [("none", expires_at)]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"conversation_id": "x"}', b"{"])
def test_a_session_takes_an_empty_object_only(server: Running, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    reply = server.client().post("/chat/v1/session", content=body, headers=headers)
    assert reply.status_code == 400
    assert server.conversations.opened == {}


def test_a_message_is_answered_with_its_events(server: Running, visitor: httpx.Client) -> None:
    body = say(visitor, "how long is the downtime?").json()
    assert body["ok"] is True
    assert [(event["n"], event["type"]) for event in body["events"]] == [
        (1, "visitor"),
        (2, "assistant"),
    ]
    assert body["events"][0]["at"] == "2024-05-06T07:08:10.000Z"
    assert body["events"][1]["message"]["blocks"][0]["text"].endswith("how long is the downtime?")


def test_the_bot_gets_exactly_what_was_sent(server: Running, visitor: httpx.Client) -> None:
    typed = text_message("  /restart\x07 ")
    chosen = {"id": text_message()["id"], "type": "choice", "choice": "intent:book"}
    filled = {"id": text_message()["id"], "type": "form", "fields": {"name": "Ada"}}
    for message in (typed, chosen, filled):
        assert visitor.post("/chat/v1/messages", json=message).status_code == 200
    (conversation_id,) = server.conversations.opened
    assert server.bot.handled == [
        VisitorMessage(conversation_id, typed["id"], "text", text="/restart"),
        VisitorMessage(conversation_id, chosen["id"], "choice", choice="intent:book"),
        VisitorMessage(conversation_id, filled["id"], "form", fields={"name": "Ada"}),
    ]


def test_the_same_id_gets_the_same_body_and_is_handled_once(
    server: Running, visitor: httpx.Client
) -> None:
    server.bot.seconds = 0.1
    message = text_message()

    def send(_: int) -> bytes:
        return visitor.post("/chat/v1/messages", json=message).content

    with ThreadPoolExecutor(5) as pool:
        bodies = set(pool.map(send, range(5)))
    bodies.add(send(0))
    assert len(bodies) == 1
    assert len(server.bot.handled) == 1


def test_after_brings_what_was_missed_before_this_turn(visitor: httpx.Client) -> None:
    say(visitor, "one")
    say(visitor, "two")
    events = say(visitor, "three", after=2).json()["events"]
    assert [event["n"] for event in events] == [3, 4, 5, 6]


def test_the_same_id_again_gets_its_events_even_when_after_is_past_them(
    visitor: httpx.Client,
) -> None:
    message = text_message()
    first = visitor.post("/chat/v1/messages", json=message).json()
    say(visitor)
    again = visitor.post("/chat/v1/messages", json={**message, "after": 4}).json()
    assert again == first


def test_resuming_gives_exactly_the_events_after_a_number(visitor: httpx.Client) -> None:
    sent = [say(visitor, text).json()["events"] for text in ("one", "two")]
    everything = [event for events in sent for event in events]
    assert visitor.get("/chat/v1/events").json() == {"ok": True, "events": everything}
    assert visitor.get("/chat/v1/events?after=3").json()["events"] == everything[3:]
    assert visitor.get("/chat/v1/events?after=99").json()["events"] == []


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=", "after=1&after=2", "token=x"])
def test_resuming_refuses_any_other_query(visitor: httpx.Client, query: str) -> None:
    assert visitor.get(f"/chat/v1/events?{query}").status_code == 400


def test_a_stream_is_typing_then_the_events_then_done(visitor: httpx.Client) -> None:
    message = text_message("line one\nline two \u2028 end")
    reply = visitor.post("/chat/v1/messages", json=message, headers=STREAM)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = stream_events(reply.text)
    assert [event["type"] for event in events] == ["typing", "visitor", "assistant", "done"]
    assert [event["n"] for event in events] == [0, 1, 2, 0]
    same_as_json = visitor.post("/chat/v1/messages", json=message).json()["events"]
    assert events[1:3] == same_as_json


def test_typing_arrives_before_the_answer_is_there(server: Running, visitor: httpx.Client) -> None:
    server.bot.seconds = 0.5
    started = time.monotonic()
    with visitor.stream("POST", "/chat/v1/messages", json=text_message(), headers=STREAM) as reply:
        parts = reply.iter_text()
        first = next(parts)
        waited = time.monotonic() - started
        assert '"done"' in "".join(parts)
    assert '"typing"' in first
    assert waited < 0.4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Busy("full"), "busy"),
        (StorageUnavailable("away"), "storage_unavailable"),
        (InvalidInput("not offered"), "invalid_input"),
        (TurnFailed("action"), "turn_failed"),
        (RuntimeError("secret detail"), "internal"),
    ],
)
def test_an_error_in_a_stream_is_an_error_event_and_the_end(
    server: Running, visitor: httpx.Client, error: Exception, code: str
) -> None:
    server.bot.error = error
    reply = visitor.post("/chat/v1/messages", json=text_message(), headers=STREAM)
    typing, failed = stream_events(reply.text)
    assert (typing["type"], failed["type"]) == ("typing", "error")
    assert failed["message"]["code"] == code
    assert "secret" not in reply.text


def test_a_message_refused_before_the_bot_is_no_stream(visitor: httpx.Client) -> None:
    reply = visitor.post("/chat/v1/messages", json=text_message(" "), headers=STREAM)
    assert_error(reply, 400, "empty_text")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_visitor_who_goes_away_finds_the_answer_on_return(
    server: Running, visitor: httpx.Client, accept: str
) -> None:
    server.bot.seconds = 0.4
    message = text_message()
    impatient = httpx.Client(base_url=server.url, headers=visitor.headers, trust_env=False)
    with pytest.raises(httpx.ReadTimeout):
        impatient.post("/chat/v1/messages", json=message, headers={"Accept": accept}, timeout=0.15)
    impatient.close()
    time.sleep(0.5)
    assert len(server.bot.handled) == 1
    assert len(visitor.get("/chat/v1/events").json()["events"]) == 2
    assert visitor.post("/chat/v1/messages", json=message).status_code == 200
    assert len(server.bot.handled) == 1


def test_a_bot_without_a_reply_is_an_error_never_an_empty_success(
    server: Running, visitor: httpx.Client
) -> None:
    async def silence(message: VisitorMessage) -> list[object]:
        return []

    server.bot.answer = silence  # type: ignore[method-assign,assignment]
    assert_error(say(visitor), 500, "turn_failed")


def test_feedback_is_stored_changed_and_taken_back(server: Running, visitor: httpx.Client) -> None:
    say(visitor)
    (conversation_id,) = server.conversations.opened
    for value, reason in (("down", "too vague"), ("up", None), (None, None)):
        body = {"message": 2, "value": value, "reason": reason}
        reply = visitor.post("/chat/v1/feedback", json=body)
        assert reply.json() == {"ok": True, "message": 2, "value": value}
        assert server.conversations.votes == {(conversation_id, 2): (value, reason)}


@pytest.mark.parametrize("n", [1, 3])
def test_feedback_on_what_is_no_answer_is_refused(visitor: httpx.Client, n: int) -> None:
    say(visitor)
    reply = visitor.post("/chat/v1/feedback", json={"message": n, "value": "up"})
    assert_error(reply, 404, "not_found")


def test_the_transcript_holds_everything(visitor: httpx.Client) -> None:
    events = say(visitor).json()["events"]
    transcript = visitor.get("/chat/v1/transcript").json()
    assert transcript["events"] == events
    assert set(transcript) == {"ok", "made_at", "expires_at", "events"}


def test_deleting_gives_a_receipt_and_ends_the_conversation(
    server: Running, visitor: httpx.Client
) -> None:
    say(visitor)
    reply = visitor.delete("/chat/v1/session")
    assert reply.json()["receipt"]["rows"] == 3
    assert server.conversations.opened == {}
    for again in (
        visitor.get("/chat/v1/transcript"),
        say(visitor),
        visitor.delete("/chat/v1/session"),
    ):
        assert_error(again, 401, "no_session")
    assert len(server.bot.handled) == 1


def test_the_main_loop_answers_while_the_storage_is_slow(
    server: Running, visitor: httpx.Client
) -> None:
    release = threading.Event()
    server.conversations.list_events = lambda *_: release.wait(5) and []
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(visitor.get, "/chat/v1/events")
        time.sleep(0.05)
        started = time.monotonic()
        assert server.client().get("/healthz").status_code == 200
        assert time.monotonic() - started < 0.5
        release.set()
        assert slow.result().status_code == 200
