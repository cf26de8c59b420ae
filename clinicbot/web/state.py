"""What the handlers share: services, limits, and the turns that are under way."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from sanic.request import Request

from clinicbot.errors import StorageUnavailable
from clinicbot.knowledge.conversation import ChatEvent
from clinicbot.services.first_aid import FirstAid
from clinicbot.services.ports import Bot, Conversations
from clinicbot.settings import Settings
from clinicbot.web.api_messages import ApiMessages
from clinicbot.web.chat.limits import Buckets
from clinicbot.web.chat.origins import Origins
from clinicbot.web.chat.tokens import SessionTokens

READ_SECONDS = 5.0
STORAGE_THREADS = 8

Result = TypeVar("Result")
Turn = asyncio.Task[Sequence[ChatEvent]]


class WebServices(Protocol):
    """What the web needs; it may also have `ping()`, which raises when storage is away."""

    @property
    def conversations(self) -> Conversations:
        """The visitors' conversations."""

    @property
    def first_aid(self) -> FirstAid:
        """What answers danger where the bot does not."""


@dataclass
class ChatState:
    """One for each app, kept at `app.ctx.chat`."""

    services: WebServices
    bot: Bot
    settings: Settings
    messages: ApiMessages
    tokens: SessionTokens
    origins: Origins
    message_buckets: Buckets
    session_buckets: Buckets
    turns: set[Turn] = field(default_factory=set)
    draining: bool = False
    executor: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(STORAGE_THREADS, thread_name_prefix="storage")
    )

    @property
    def write_seconds(self) -> float:
        """Longer than the storage itself waits for a lock: it, not we, says that a write
        failed, so that nothing is written after the visitor was told that it was not."""
        return self.settings.lock_seconds + READ_SECONDS

    @property
    def erase_seconds(self) -> float:
        """Erasing waits for a message that is being answered."""
        return self.settings.turn_seconds + self.write_seconds

    async def in_thread(
        self, call: Callable[..., Result], *args: Any, seconds: float = READ_SECONDS
    ) -> Result:
        """The result of a blocking call, made outside the main loop.

        Raises:
            StorageUnavailable: it took longer than `seconds`; and whatever the call raises.
        """
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self.executor, partial(call, *args))
        try:
            return await asyncio.wait_for(work, seconds)
        except asyncio.TimeoutError as error:
            raise StorageUnavailable("too slow") from error


def chat_of(request: Request) -> ChatState:
    """The state of the app that a request came to."""
    state: ChatState = request.app.ctx.chat
    return state


def request_id_of(request: Request) -> str:
    """Our own random id of a request, for the log and the visitor; never the client's."""
    if not hasattr(request.ctx, "request_id"):
        request.ctx.request_id = secrets.token_hex(8)
    request_id: str = request.ctx.request_id
    return request_id
