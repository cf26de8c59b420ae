"""create_app: the whole web side of the assistant, from its parts."""

from __future__ import annotations

import secrets

from sanic import Sanic
from sanic.config import Config

from clinicbot.services.ports import Bot
from clinicbot.settings import Settings
from clinicbot.web.api_messages import ApiMessages
from clinicbot.web.chat.limits import Buckets
from clinicbot.web.chat.origins import Origins
from clinicbot.web.chat.routes import add_chat_routes
from clinicbot.web.chat.tokens import SessionTokens
from clinicbot.web.chat.turns import drain
from clinicbot.web.error_handler import ApiErrorHandler
from clinicbot.web.health import add_health_routes
from clinicbot.web.http_request import ChatRequest
from clinicbot.web.page import add_page_routes
from clinicbot.web.security_headers import add_security_headers
from clinicbot.web.state import ChatState, WebServices

DRAIN_SECONDS = 15.0
MAX_HEADER_BYTES = 8_192


def create_app(services: WebServices, bot: Bot, settings: Settings, messages: ApiMessages) -> Sanic:
    """The Sanic app with exactly our routes.

    Raises:
        SetUpError: the session key is too short, or an allowed origin is no origin.
    """
    app = Sanic(
        f"clinicbot-{secrets.token_hex(4)}",
        config=_config(settings),
        error_handler=ApiErrorHandler(),
        request_class=ChatRequest,
        configure_logging=False,
    )
    app.ctx.chat = ChatState(
        services=services,
        bot=bot,
        settings=settings,
        messages=messages,
        tokens=SessionTokens(
            settings.session_key, settings.token_hours, settings.conversation_days
        ),
        origins=Origins(settings.origins, settings.host, settings.port),
        message_buckets=Buckets(settings.messages_per_minute, seconds=60),
        session_buckets=Buckets(settings.sessions_per_hour, seconds=3600),
    )
    add_security_headers(app)
    add_chat_routes(app)
    add_health_routes(app)
    add_page_routes(app, settings, messages)
    app.register_listener(_finish_turns, "before_server_stop")
    app.register_listener(_close_threads, "after_server_stop")
    return app


def _config(settings: Settings) -> Config:
    # No prefix: only clinicbot/settings.py reads the environment.
    return Config(
        {
            "ACCESS_LOG": False,
            "AUTO_EXTEND": False,
            "MOTD": False,
            "REGISTER": False,
            "USE_UVLOOP": False,
            "REQUEST_MAX_SIZE": settings.max_body,
            "REQUEST_MAX_HEADER_SIZE": MAX_HEADER_BYTES,
            "REQUEST_BUFFER_SIZE": 65_536,
            "REQUEST_TIMEOUT": 10,
            # Longer than any turn or deletion, whose own limits end them with a better message.
            "RESPONSE_TIMEOUT": settings.turn_seconds + settings.lock_seconds + 15,
            "KEEP_ALIVE_TIMEOUT": 30,
            "GRACEFUL_SHUTDOWN_TIMEOUT": 5.0,
        },
        env_prefix=None,
    )


async def _finish_turns(app: Sanic, _loop: object = None) -> None:
    await drain(app.ctx.chat, DRAIN_SECONDS)


async def _close_threads(app: Sanic, _loop: object = None) -> None:
    app.ctx.chat.executor.shutdown(wait=False)
