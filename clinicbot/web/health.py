"""/healthz: is the process alive? /readyz: should visitors be sent here?"""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from clinicbot.errors import Busy, StorageUnavailable
from clinicbot.web.chat.problems import NotReady
from clinicbot.web.chat.replies import success
from clinicbot.web.state import chat_of

HEARTBEAT_LIMIT_SECONDS = 5.0
PING_SECONDS = 0.5


class BotStalled(Busy):
    """The bot's thread has given no sign of life for too long."""

    code = "bot_stalled"


class Stopping(Busy):
    """The server finishes what it has and takes nothing new."""

    code = "stopping"


def add_health_routes(app: Sanic) -> None:
    """Registers /healthz and /readyz."""
    app.add_route(healthz, "/healthz", methods=["GET", "HEAD"], name="healthz")
    app.add_route(readyz, "/readyz", methods=["GET", "HEAD"], name="readyz")


async def healthz(request: Request) -> HTTPResponse:
    """200 while this process and the bot's thread live; it asks nobody else."""
    heartbeat_age = getattr(chat_of(request).bot, "heartbeat_age", None)
    if heartbeat_age is not None and heartbeat_age() > HEARTBEAT_LIMIT_SECONDS:
        raise BotStalled("heartbeat")
    return success({})


async def readyz(request: Request) -> HTTPResponse:
    """200 when a message sent now would be answered."""
    chat = chat_of(request)
    if chat.draining:
        raise Stopping("draining")
    if not chat.bot.is_ready():
        raise NotReady("no model")
    ping = getattr(chat.services, "ping", None)
    if ping is not None:
        try:
            await chat.in_thread(ping, seconds=PING_SECONDS)
        # Whatever a database driver raises, the answer to "are you ready" is no.
        except Exception as error:
            raise StorageUnavailable("ping") from error
    return success({})
