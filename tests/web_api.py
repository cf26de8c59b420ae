"""Small helpers for the tests of the visitor API."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

SITE = "https://www.clinic.example"


def text_message(text: str = "hello", **changes: Any) -> dict[str, Any]:
    """The body of a typed message, with an id of its own."""
    return {"id": str(uuid.uuid4()), "type": "text", "text": text, **changes}


def say(client: httpx.Client, text: str = "hello", **changes: Any) -> httpx.Response:
    """Sends a typed message."""
    return client.post("/chat/v1/messages", json=text_message(text, **changes))


def assert_error(reply: httpx.Response, status: int, code: str) -> None:
    """The reply is our stable JSON error, with a text and without a trace."""
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/json")
    body = reply.json()
    assert set(body) == {"ok", "error"}
    assert set(body["error"]) == {"code", "message"}
    assert (body["ok"], body["error"]["code"]) == (False, code)
    assert body["error"]["message"]
    assert "Traceback" not in reply.text


def stream_events(text: str) -> list[dict[str, Any]]:
    """The events of an event stream; fails on any line that is not part of one."""
    events = []
    for part in text.split("\n\n")[:-1]:
        kind, data = part.split("\n")
        assert kind == "event: message"
        assert data.startswith("data: ")
        events.append(json.loads(data[len("data: ") :]))
    return events
