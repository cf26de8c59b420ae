"""The bot behind services.ports.Bot."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinicbot.bot.agent import load_agent
from clinicbot.bot.in_process_actions import InProcessActions
from clinicbot.bot.redaction import Redaction
from clinicbot.bot.session import SessionLimits
from clinicbot.bot.thread import BotThread
from clinicbot.bot.tracker_store import UnitOfWorkTrackerStore
from clinicbot.bot.turn_runner import TurnRunner
from clinicbot.errors import Busy, ClinicBotError, Paused, SetUpError, TurnFailed
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from clinicbot.knowledge.masking import Masker
from clinicbot.services.turns import Turn, Turns

# "{name}" as domain.yml writes it; JSON's own braces are followed by a quotation mark.
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class BotLimits:
    """What the bot never exceeds; the fields mean what the settings of the same name mean."""

    queue: int = 64
    turn_seconds: float = 20.0
    action_seconds: float = 5.0
    session_turns: int = 15
    session_minutes: int = 60


class RasaBot:
    """Answers visitors' messages with a Rasa model, each exactly once.

    `start` it before anything listens; `stop` it at the end. Both block.
    """

    def __init__(
        self,
        turns: Turns,
        limits: BotLimits,
        actions_package: str = "actions",
        facts: Mapping[str, str] | None = None,
        masker: Masker | None = None,
    ) -> None:
        """Nothing is loaded or started yet.

        Args:
            turns: where messages are stored; this bot's own.
            limits: what it never exceeds.
            actions_package: the package with the custom actions.
            facts: the clinic's facts that the domain's responses name in braces.
            masker: hides personal data in what is stored; None stores all as it was said.
        """
        self._redaction = Redaction(masker)
        self._facts = facts
        self._turns = turns
        self._limits = limits
        self._actions_package = actions_package
        self._thread = BotThread(limits.queue)
        self._runner: TurnRunner | None = None

    def start(self, model: Path, release: int = 0, golden: Sequence[str] = ()) -> None:
        """Starts the thread and serves the model.

        Args:
            model: a model archive.
            release: the number of the release it belongs to.
            golden: questions that this model must answer before visitors may ask it.

        Raises:
            SetUpError: it cannot serve; the message says what to do.
        """
        self._thread.start()
        try:
            self.switch(model, release, golden)
        except BaseException:
            self._thread.stop(0)
            raise

    def switch(self, model: Path, release: int = 0, golden: Sequence[str] = ()) -> None:
        """Loads another model and serves it from the next turn on; turns go on meanwhile.

        Raises:
            SetUpError: the model is unfit; what was served before goes on being served.
        """
        actions = InProcessActions(self._actions_package, self._limits.action_seconds)
        sessions = SessionLimits(self._limits.session_turns, self._limits.session_minutes)
        store = UnitOfWorkTrackerStore(sessions, self._redaction)
        agent = load_agent(model, store, actions, self._facts)
        runner = TurnRunner(agent, release, self._redaction)
        for question in golden:
            try:
                _check_filled(self._rehearse(runner, question))
            except ClinicBotError as error:
                reason = f"{type(error).__name__}: {error}"
                raise SetUpError(f"The model does not answer {question!r} ({reason}).") from error
        self._runner = runner

    async def answer(self, message: VisitorMessage) -> Sequence[ChatEvent]:
        """See services.ports.Bot.answer."""
        return await self._thread.submit(lambda: self._answer(message))

    def rehearse(self, question: str) -> Sequence[ChatEvent]:
        """Answers a question as the first of a conversation and forgets it; blocks.

        Raises:
            Busy, StorageUnavailable, TurnFailed: as for `answer`.
        """
        if self._runner is None:
            raise Busy("The assistant is not ready yet.")
        return self._rehearse(self._runner, question)

    def is_ready(self) -> bool:
        """Whether a model is loaded and the thread answers."""
        return self._runner is not None and self._thread.is_alive()

    def heartbeat_age(self) -> float:
        """Seconds since the bot's thread last gave a sign of life."""
        return self._thread.heartbeat_age()

    @property
    def jobs(self) -> int:
        """Messages waiting or being answered now."""
        return self._thread.jobs

    def stop(self, seconds: float = 15.0) -> None:
        """Answers what was accepted, for at most that long, then ends the thread."""
        self._thread.stop(seconds)

    async def _answer(self, message: VisitorMessage) -> list[ChatEvent]:
        async with self._turns.begin(message.conversation_id) as turn:
            stored = turn.find_reply(message.client_id)
            if stored is not None:
                return stored
            if turn.paused_until is not None and turn.paused_until > turn.now:
                raise Paused((turn.paused_until - turn.now).total_seconds())
            if self._runner is None:
                raise Busy("The assistant is not ready yet.")
            return await self._run(self._runner, turn, message)

    async def _run(
        self, runner: TurnRunner, turn: Turn, message: VisitorMessage
    ) -> list[ChatEvent]:
        try:
            return await asyncio.wait_for(runner.run(turn, message), self._limits.turn_seconds)
        except asyncio.TimeoutError as error:
            raise TurnFailed("The message took too long.") from error

    def _rehearse(self, runner: TurnRunner, question: str) -> Sequence[ChatEvent]:
        async def ask() -> Sequence[ChatEvent]:
            async with self._turns.rehearse() as turn:
                message = VisitorMessage(turn.conversation_id, "rehearsal", text=question)
                return await self._run(runner, turn, message)

        return self._thread.call(ask)


def _check_filled(events: Sequence[ChatEvent]) -> None:
    """A reply that shows `{emergency_number}` instead of a number helps nobody.

    Raises:
        TurnFailed: a placeholder was left in a reply.
    """
    for event in events:
        if found := PLACEHOLDER.search(json.dumps(event.message.get("blocks", ()))):
            raise TurnFailed(f"{found.group()} stands in the reply without a value.")
