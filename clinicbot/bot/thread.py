"""An event loop on its own thread, with a bounded number of jobs."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from clinicbot.errors import Busy

T = TypeVar("T")

BEAT_SECONDS = 0.5
SILENT_SECONDS = 5.0


class BotThread:
    """Where turns run: whoever asked may go away, the job goes on to its end."""

    def __init__(self, limit: int) -> None:
        """`limit`: jobs waiting or running before another one is refused."""
        self._limit = limit
        self._jobs = 0
        self._closing = False
        self._gate = threading.Lock()
        self._beat = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, name="bot", daemon=True)

    @property
    def jobs(self) -> int:
        """Jobs waiting or running now."""
        return self._jobs

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def heartbeat_age(self) -> float:
        """Seconds since the loop last gave a sign of life."""
        return time.monotonic() - self._beat

    def is_alive(self) -> bool:
        """Whether the loop runs, answers, and takes jobs."""
        fresh = self.heartbeat_age() < SILENT_SECONDS
        return self._thread.is_alive() and fresh and not self._closing

    async def submit(self, job: Callable[[], Awaitable[T]]) -> T:
        """Runs the job on the bot's loop and waits for it; cancelling only stops the waiting.

        Raises:
            Busy: there are too many jobs, or the thread is being stopped.
        """
        outcome = asyncio.wrap_future(self._schedule(_as_coroutine(job)))
        outcome.add_done_callback(_look_at)
        return await asyncio.shield(outcome)

    def call(self, job: Callable[[], Awaitable[T]]) -> T:
        """The same for callers without an event loop; blocks."""
        return self._schedule(_as_coroutine(job)).result()

    def stop(self, seconds: float) -> None:
        """Takes no more jobs, lets those there are end, cancels what is left then; blocks."""
        with self._gate:
            self._closing = True
        deadline = time.monotonic() + seconds
        while self._jobs and time.monotonic() < deadline:
            time.sleep(0.01)
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop)
            self._thread.join(timeout=5.0)

    def _schedule(self, coroutine: Coroutine[Any, Any, T]) -> Any:
        with self._gate:
            if self._closing or self._jobs >= self._limit or not self._thread.is_alive():
                coroutine.close()
                raise Busy("The assistant has too much to do; try again shortly.")
            self._jobs += 1
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        future.add_done_callback(self._leave)
        return future

    def _leave(self, future: Any) -> None:
        with self._gate:
            self._jobs -= 1

    def _live(self) -> None:
        def tick() -> None:
            self._beat = time.monotonic()
            self._loop.call_later(BEAT_SECONDS, tick)

        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(tick)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    async def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop.stop()


async def _as_coroutine(job: Callable[[], Awaitable[T]]) -> T:
    return await job()


def _look_at(outcome: asyncio.Future[Any]) -> None:
    """Takes the error of a job whose caller went away, so that asyncio does not complain."""
    if not outcome.cancelled():
        outcome.exception()
