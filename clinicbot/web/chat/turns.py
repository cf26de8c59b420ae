"""One message and its answer; a turn goes on when the visitor's browser goes away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sanic.request import Request

from clinicbot.errors import Busy, TurnFailed
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from clinicbot.web.chat.problems import NotReady
from clinicbot.web.chat.replies import HEARTBEAT, STREAM_TYPE, stream_part, unstored_event
from clinicbot.web.error_handler import error_facts, log_failure
from clinicbot.web.state import ChatState, Turn

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
# The bot ends a turn itself; this is for a bot that does not.
GRACE_SECONDS = 5.0


def start_turn(chat: ChatState, message: VisitorMessage, after: int | None) -> Turn:
    """Starts the bot on this message, as a task of its own.

    Raises:
        NotReady: no model is loaded, or the server is about to stop.
    """
    if chat.draining or not chat.bot.is_ready():
        raise NotReady("no model, or stopping")
    turn = asyncio.get_running_loop().create_task(_answer(chat, message, after))
    # The set holds the turn: a task that nothing refers to may be collected half-way.
    chat.turns.add(turn)
    turn.add_done_callback(chat.turns.discard)
    turn.add_done_callback(_take_exception)
    return turn


async def finish_turn(chat: ChatState, turn: Turn) -> Sequence[ChatEvent]:
    """The events of a turn. Cancelling the wait does not cancel the turn.

    Raises:
        Busy: it takes too long; asking again with the same id gives its events.
    """
    seconds = chat.settings.turn_seconds + GRACE_SECONDS
    done, _ = await asyncio.wait({turn}, timeout=seconds)
    if not done:
        raise Busy("turn too slow")
    return turn.result()


async def stream_turn(
    request: Request, finish: Callable[[], Awaitable[Sequence[ChatEvent]]]
) -> None:
    """Sends "typing", the events that `finish` gives, "done"; an error becomes an "error" event."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response: Any = await request.respond(content_type=STREAM_TYPE, headers=headers)
    await response.send(stream_part(unstored_event("typing")))
    beat = asyncio.get_running_loop().create_task(_keep_alive(response))
    try:
        events = list(await finish())
        events.append(unstored_event("done"))
    # Whatever it is: the headers are gone, so the visitor must be told in the stream.
    except Exception as error:
        facts = error_facts(request, error)
        log_failure(request, facts, error)
        events = [unstored_event("error", facts.as_error())]
    finally:
        beat.cancel()
    for event in events:
        await response.send(stream_part(event))
    await response.eof()


async def with_missed(
    chat: ChatState, conversation_id: str, after: int | None, events: Sequence[ChatEvent]
) -> Sequence[ChatEvent]:
    """The events of a turn, behind those that the visitor does not have yet."""
    if after is None or after >= events[0].n - 1:
        return events
    conversations = chat.services.conversations
    earlier = await chat.in_thread(conversations.list_events, conversation_id, after)
    return [event for event in earlier if event.n < events[0].n] + list(events)


async def drain(chat: ChatState, seconds: float) -> None:
    """Takes no more messages and waits for the turns under way."""
    chat.draining = True
    if chat.turns:
        await asyncio.wait(set(chat.turns), timeout=seconds)


async def _answer(
    chat: ChatState, message: VisitorMessage, after: int | None
) -> Sequence[ChatEvent]:
    events = list(await chat.bot.answer(message))
    if not any(event.type == "assistant" for event in events):
        raise TurnFailed("no reply")
    return await with_missed(chat, message.conversation_id, after, events)


async def _keep_alive(response: Any) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await response.send(HEARTBEAT)


def _take_exception(turn: Turn) -> None:
    # Nobody may be waiting any more; without this, asyncio logs the exception with its text.
    if not turn.cancelled() and turn.exception() is not None:
        logger.debug("a turn ended with %s", type(turn.exception()).__name__)
