"""One message through Rasa, inside one open turn."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rasa.core.channels.channel import UserMessage

from clinicbot.bot.agent import LoudAgent
from clinicbot.bot.caution import words_of_caution
from clinicbot.bot.channel import CHANNEL, FLAG, PAUSE, CapturingChannel, to_assistant_message
from clinicbot.bot.incoming import OFFER_EVENTS, Incoming, read_message
from clinicbot.bot.redaction import Redaction
from clinicbot.bot.turn_state import TurnAborted, TurnState, current_turn
from clinicbot.errors import ClinicBotError, TurnFailed
from clinicbot.knowledge.conversation import ChatEvent, EventType, VisitorMessage
from clinicbot.services.turns import Turn, TurnLog

RANKED = 3
SAFETY = "safety"


class TurnRunner:
    """A loaded model that answers messages. A turn keeps the runner it began with."""

    def __init__(self, agent: LoudAgent, release: int, redaction: Redaction | None = None) -> None:
        self._agent = agent
        self._release = release
        self._redaction = redaction or Redaction()

    async def run(self, turn: Turn, message: VisitorMessage) -> list[ChatEvent]:
        """Answers the message and records everything in the turn; gives its events.

        Raises:
            TurnFailed: something failed, or there was no reply; roll the turn back.
            StorageUnavailable: the database failed.
            InvalidInput: the choice or form was not offered.
        """
        began = time.perf_counter()
        # What was offered matters to a choice or a form only; a typed text is not held up.
        recent = () if message.type == "text" else turn.list_recent_events(OFFER_EVENTS)
        incoming = read_message(message, recent)
        state = TurnState(turn)
        self._redaction.learn(state, incoming)
        replies = await self._ask_rasa(state, incoming, message.client_id)
        flags = _take_out(replies, FLAG)
        pauses = _take_out(replies, PAUSE)
        replies = [reply for reply in replies if reply["blocks"]]
        if not replies:
            raise TurnFailed("There was no reply.")
        milliseconds = round((time.perf_counter() - began) * 1000)
        log = _make_log(state.understood, replies, self._release, milliseconds, flags)
        if pauses:
            turn.pause(turn.now + timedelta(minutes=max(map(float, pauses))))
        return turn.record(message.client_id, self._as_stored(state, incoming, replies), log)

    def _as_stored(
        self, state: TurnState, incoming: Incoming, replies: Sequence[Mapping[str, Any]]
    ) -> list[tuple[EventType, Mapping[str, Any]]]:
        """What both sides said, without personal data: the visitor gets what is stored."""
        self._redaction.hide_earlier(state)
        said: list[tuple[EventType, Mapping[str, Any]]] = [("visitor", incoming.shown)]
        said += [("assistant", reply) for reply in replies]
        return [(side, self._redaction.message(state, message)) for side, message in said]

    async def _ask_rasa(
        self, state: TurnState, incoming: Incoming, client_id: str
    ) -> list[dict[str, Any]]:
        channel = CapturingChannel()
        message = UserMessage(
            text=incoming.text,
            output_channel=channel,
            sender_id=state.turn.conversation_id,
            parse_data=incoming.parse_data,
            input_channel=CHANNEL,
            message_id=client_id,
        )
        token = current_turn.set(state)
        try:
            # Not agent.handle_message: its lock polls once a second, and ours is held already.
            await self._agent.processor.handle_message(message)
        except TurnAborted as aborted:
            raise aborted.as_error() from aborted
        except ClinicBotError:
            raise
        except Exception as error:
            raise TurnFailed("The message could not be answered.") from error
        finally:
            current_turn.reset(token)
        caution = await words_of_caution(self._agent, state.understood)
        said_all = [caution, *channel.messages] if caution else channel.messages
        replies = [to_assistant_message(said, self._release) for said in said_all]
        return [reply for reply in replies if reply]


def _make_log(
    understood: Mapping[str, Any],
    replies: Sequence[Mapping[str, Any]],
    release: int,
    milliseconds: int,
    flags: Sequence[str],
) -> TurnLog:
    parse = understood.get("parse_data") or {}
    intent = parse.get("intent") or {}
    answer = next((reply["answer"] for reply in replies if reply["answer"]), None) or {}
    return TurnLog(
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        band=parse.get("band"),
        ranking=list(parse.get("answer_ranking") or ())[:RANKED],
        answer_id=answer.get("id"),
        # A line of caution goes before what was answered; a help text stands alone.
        kind=next((r["kind"] for r in replies if r["kind"] != SAFETY), SAFETY),
        release=release,
        milliseconds=milliseconds,
        flags=flags,
    )


def _take_out(replies: Sequence[dict[str, Any]], key: str) -> list[Any]:
    """What the replies tell only us under this key; they lose it."""
    return [reply.pop(key) for reply in replies if key in reply]
