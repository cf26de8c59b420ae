"""A bot that is still being loaded, behind services.ports.Bot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from clinicbot.errors import Busy
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage
from clinicbot.services.ports import Bot


class StoppableBot(Bot, Protocol):
    """A bot on a thread of its own."""

    def heartbeat_age(self) -> float:
        """Seconds since its thread last gave a sign of life."""

    def stop(self, seconds: float) -> None:
        """Answers what was accepted, for at most that long, then ends; blocks."""


class LateBot:
    """Loads a bot in a thread and stands for it from the first moment on."""

    def __init__(self, load: Callable[[], StoppableBot]) -> None:
        """`load` gives a bot that answers; it blocks for as long as it needs."""
        self._load = load
        self._bot: StoppableBot | None = None
        self._thread: threading.Thread | None = None
        self.error: BaseException | None = None

    def start(self, on_ready: Callable[[], None], on_failure: Callable[[], None]) -> None:
        """Begins to load; one of the two is called from the loading thread when that is over."""
        # A daemon: nothing can interrupt an import, and the process must still be able to end.
        self._thread = threading.Thread(
            target=self._run, args=(on_ready, on_failure), name="loading", daemon=True
        )
        self._thread.start()

    @property
    def is_loading(self) -> bool:
        """Whether the loading thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    async def answer(self, message: VisitorMessage) -> Sequence[ChatEvent]:
        """See services.ports.Bot.answer."""
        if self._bot is None:
            raise Busy("The assistant is not ready yet.")
        return await self._bot.answer(message)

    def is_ready(self) -> bool:
        """Whether a model is loaded and answers."""
        return self._bot is not None and self._bot.is_ready()

    def heartbeat_age(self) -> float:
        """Seconds since the bot's thread last gave a sign of life; 0 before there is one."""
        return self._bot.heartbeat_age() if self._bot else 0.0

    def stop(self, seconds: float) -> None:
        """Stops the bot, if there is one."""
        if self._bot is not None:
            self._bot.stop(seconds)

    def _run(self, on_ready: Callable[[], None], on_failure: Callable[[], None]) -> None:
        try:
            self._bot = self._load()
        # Whatever it is: the main thread raises it again, after it has stopped listening.
        except BaseException as error:
            self.error = error
            on_failure()
        else:
            on_ready()
