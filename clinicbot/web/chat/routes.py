"""The routes of the visitor API."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial

from sanic import Sanic
from sanic.models.handler_types import RouteHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from clinicbot.web.chat.access import (
    limit_messages,
    limit_new_sessions,
    new_session_origin,
    require_open,
    session_of,
)
from clinicbot.web.chat.bodies import read_after, read_feedback, read_message, read_object
from clinicbot.web.chat.danger import answer_danger
from clinicbot.web.chat.help import MESSAGES_PATH
from clinicbot.web.chat.origins import preflight_headers
from clinicbot.web.chat.replies import as_utc, event_body, events_reply, success
from clinicbot.web.chat.turns import finish_turn, start_turn, stream_turn
from clinicbot.web.state import ChatState, chat_of


def add_chat_routes(app: Sanic) -> None:
    """Registers every route under /chat/v1, and the preflight of each path."""
    routes = (
        (open_session, "/chat/v1/session", "POST"),
        (delete_session, "/chat/v1/session", "DELETE"),
        (send_message, MESSAGES_PATH, "POST"),
        (list_events, "/chat/v1/events", "GET"),
        (give_feedback, "/chat/v1/feedback", "POST"),
        (read_transcript, "/chat/v1/transcript", "GET"),
    )
    methods: dict[str, list[str]] = {}
    for handler, path, method in routes:
        app.add_route(handler, path, methods=[method], name=handler.__name__)
        methods.setdefault(path, []).append(method)
    for path, allowed in methods.items():
        name = f"preflight_{path.rsplit('/', 1)[1]}"
        app.add_route(_preflight(", ".join(allowed)), path, methods=["OPTIONS"], name=name)


async def open_session(request: Request) -> HTTPResponse:
    """Opens a conversation and gives its token, once."""
    chat = chat_of(request)
    origin = new_session_origin(request)
    limit_new_sessions(request)
    read_object(request.body, request.content_type, ())
    session = chat.tokens.new_session(origin)
    notice = chat.messages.notice()
    call = partial(chat.services.conversations.open, notice_version=notice["version"])
    conversation = (session.conversation_id, origin, session.expires_at)
    await chat.in_thread(call, *conversation, seconds=chat.write_seconds)
    values = {
        "token": chat.tokens.sign(session),
        "expires_at": as_utc(session.expires_at),
        "limits": _limits(chat),
        "greeting": chat.messages.greeting(),
        "notice": notice,
    }
    return success(values, status=201)


async def send_message(request: Request) -> HTTPResponse | None:
    """Takes one message; gives its events as JSON, or streams them when asked to."""
    chat = chat_of(request)
    session = session_of(request)
    limit_messages(request, session)
    message, after = read_message(
        request.body, request.content_type, session.conversation_id, chat.settings.max_chars
    )
    if chat.services.first_aid.find(message.text):
        finish = partial(answer_danger, request, session, message, after)
    else:
        await require_open(request, session)
        finish = partial(finish_turn, chat, start_turn(chat, message, after))
    if "text/event-stream" in request.headers.get("accept", ""):
        await stream_turn(request, finish)
        return None
    return events_reply(await finish())


async def list_events(request: Request) -> HTTPResponse:
    """The events after a number, to resume a conversation."""
    chat = chat_of(request)
    session = session_of(request)
    # A plain dict: the `get` of Sanic's own gives the first of several values.
    after = read_after(dict(request.get_args(keep_blank_values=True)))
    await require_open(request, session)
    conversations = chat.services.conversations
    events = await chat.in_thread(conversations.list_events, session.conversation_id, after)
    return events_reply(events)


async def give_feedback(request: Request) -> HTTPResponse:
    """Stores, changes or takes back a vote on one assistant message."""
    chat = chat_of(request)
    session = session_of(request)
    limit_messages(request, session)
    n, value, reason = read_feedback(request.body, request.content_type)
    await require_open(request, session)
    conversations = chat.services.conversations
    vote = (session.conversation_id, n, value, reason)
    await chat.in_thread(conversations.record_feedback, *vote, seconds=chat.write_seconds)
    return success({"message": n, "value": value})


async def read_transcript(request: Request) -> HTTPResponse:
    """Everything that was said, for the visitor to keep."""
    chat = chat_of(request)
    session = session_of(request)
    await require_open(request, session)
    conversations = chat.services.conversations
    events = await chat.in_thread(conversations.list_events, session.conversation_id, 0)
    values = {
        "made_at": as_utc(datetime.now(timezone.utc)),
        "expires_at": as_utc(session.expires_at),
        "events": [event_body(event) for event in events],
    }
    return success(values)


async def delete_session(request: Request) -> HTTPResponse:
    """Erases the conversation; the token is worth nothing afterwards."""
    chat = chat_of(request)
    session = session_of(request)
    await require_open(request, session)
    rows = await chat.in_thread(
        chat.services.conversations.erase, session.conversation_id, seconds=chat.erase_seconds
    )
    receipt = {"deleted_at": as_utc(datetime.now(timezone.utc)), "rows": rows}
    return success({"receipt": receipt})


def _preflight(methods: str) -> RouteHandler:
    async def preflight(request: Request) -> HTTPResponse:
        """Tells a browser what pages of an allowed origin may send."""
        new_session_origin(request)
        return HTTPResponse(status=204, headers=preflight_headers(methods))

    return preflight


def _limits(chat: ChatState) -> dict[str, int | None]:
    settings = chat.settings
    return {
        "max_chars": settings.max_chars,
        "max_body": settings.max_body,
        "messages_per_minute": settings.messages_per_minute if settings.limits else None,
    }
