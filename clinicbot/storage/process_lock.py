"""Who may start a turn inside this process, first come first served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from clinicbot.errors import Busy


class ProcessLocks:
    """One lock a conversation, and a bound on how many are held at once."""

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def hold(self, conversation_id: str, seconds: float) -> AsyncIterator[None]:
        """Holds the conversation's lock.

        Raises:
            Busy: it could not be had in that many seconds.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._users[conversation_id] = self._users.get(conversation_id, 0) + 1
        try:
            async with AsyncExitStack() as stack:
                await _enter(stack, lock, self._places, seconds)
                yield
        finally:
            self._release(conversation_id)

    def _release(self, conversation_id: str) -> None:
        """Forgets the lock of a conversation that nobody waits for, so that memory is bounded."""
        self._users[conversation_id] -= 1
        if not self._users[conversation_id]:
            del self._users[conversation_id], self._locks[conversation_id]


async def _enter(
    stack: AsyncExitStack, lock: asyncio.Lock, places: asyncio.Semaphore, seconds: float
) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    try:
        for waited in (lock, places):
            await asyncio.wait_for(waited.acquire(), max(0.0, deadline - loop.time()))
            stack.callback(waited.release)
    except asyncio.TimeoutError as error:
        raise Busy("Another message is still being answered.") from error
