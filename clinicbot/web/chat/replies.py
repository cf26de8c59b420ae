"""The JSON and the event stream that the visitor API sends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from sanic.response import HTTPResponse

from clinicbot.knowledge.conversation import ChatEvent, EventType

STREAM_TYPE = "text/event-stream; charset=utf-8"
HEARTBEAT = ": still working\n\n"
# Events of a stream that are not stored have this number, so that `after` never moves back.
NOT_STORED = 0


def as_json(value: Any) -> str:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def as_utc(at: datetime) -> str:
    """2024-05-06T07:08:09.123Z; a time without a zone is taken for UTC, as databases give it."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    at = at.astimezone(timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_body(event: ChatEvent) -> dict[str, Any]:
    """One event as the contract writes it."""
    return {
        "n": event.n,
        "type": event.type,
        "at": as_utc(event.at),
        "message": dict(event.message),
    }


def success(values: Mapping[str, Any], status: int = 200) -> HTTPResponse:
    """{"ok": true, ...}"""
    body = as_json({"ok": True, **values})
    return HTTPResponse(body, status=status, content_type="application/json")


def failure(
    error: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """{"ok": false, "error": {"code", "message"}}"""
    body = as_json({"ok": False, "error": error})
    return HTTPResponse(
        body, status=status, headers=dict(headers or {}), content_type="application/json"
    )


def events_reply(events: Sequence[ChatEvent]) -> HTTPResponse:
    """{"ok": true, "events": [...]}"""
    return success({"events": [event_body(event) for event in events]})


def stream_part(event: ChatEvent) -> str:
    """One event as server-sent events write it (JSON holds no line break)."""
    return f"event: message\ndata: {as_json(event_body(event))}\n\n"


def unstored_event(type_: EventType, message: Mapping[str, Any] | None = None) -> ChatEvent:
    """Something that is only said now: "typing", "done" or "error"."""
    return ChatEvent(NOT_STORED, type_, datetime.now(timezone.utc), message or {})
