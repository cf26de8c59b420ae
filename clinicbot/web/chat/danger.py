"""A message that speaks of danger: by the bot if it can, by the main loop if it cannot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sanic.request import Request

from clinicbot.errors import Busy, InvalidInput, NotAllowed, NotSignedIn, TooManyRequests
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from clinicbot.web.chat.access import require_open
from clinicbot.web.chat.tokens import Session
from clinicbot.web.chat.turns import finish_turn, start_turn, with_missed
from clinicbot.web.state import ChatState, chat_of

logger = logging.getLogger(__name__)

# Somebody in danger waits for the bot for the first, then for the storage for the second.
BOT_SECONDS = 1.5
STORE_SECONDS = 1.0
# These say no to the visitor; it is not that something failed.
REFUSALS = (InvalidInput, NotAllowed, NotSignedIn, TooManyRequests)


async def answer_danger(
    request: Request, session: Session, message: VisitorMessage, after: int | None
) -> Sequence[ChatEvent]:
    """The events of the turn; where the bot fails or takes too long, those of first aid.

    Raises:
        ClinicBotError: the message was refused, or could not even be stored. The error then
            carries the help text (see error_handler.error_facts).
    """
    chat = chat_of(request)
    try:
        turn = _by_the_bot(request, session, message, after)
        return await asyncio.wait_for(turn, BOT_SECONDS)
    except REFUSALS:
        raise
    except asyncio.TimeoutError:
        # The turn goes on; whichever commits first is what this message was answered with.
        failure: Exception = Busy("turn too slow")
    # Whatever it is, the visitor needs help now.
    except Exception as error:
        failure = error
    if chat.draining:
        raise failure
    logger.warning("first aid instead of the bot: %s", type(failure).__name__)
    return await _by_first_aid(chat, message, after, failure)


async def _by_the_bot(
    request: Request, session: Session, message: VisitorMessage, after: int | None
) -> Sequence[ChatEvent]:
    chat = chat_of(request)
    await require_open(request, session)
    return await finish_turn(chat, start_turn(chat, message, after))


async def _by_first_aid(
    chat: ChatState, message: VisitorMessage, after: int | None, failure: Exception
) -> Sequence[ChatEvent]:
    try:
        answer = chat.services.first_aid.answer
        events = await chat.in_thread(answer, message, seconds=STORE_SECONDS)
        return await with_missed(chat, message.conversation_id, after, events)
    except REFUSALS:
        raise
    except Exception as error:
        logger.warning("first aid was not stored: %s", type(error).__name__)
        raise failure from error
