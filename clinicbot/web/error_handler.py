"""The one place that turns exceptions into replies: JSON, with a text for the visitor."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanic import exceptions as sanic_exceptions
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from clinicbot.errors import ClinicBotError
from clinicbot.knowledge.reply import Block
from clinicbot.web.chat.help import help_for
from clinicbot.web.chat.replies import failure
from clinicbot.web.state import chat_of, request_id_of

logger = logging.getLogger(__name__)

DEFAULT_RETRY_SECONDS = 5
TRACE_FRAMES = 6
# What Sanic itself raises, by status; anything else of its making is "invalid_input" or "internal".
_SANIC_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
    503: "busy",
}


@dataclass(frozen=True)
class ErrorFacts:
    """What is said about an error: to programs (status, code) and to people (message).

    Where the visitor wrote of danger, the message is the help text, and `blocks` are the same.
    """

    status: int
    code: str
    message: str
    headers: Mapping[str, str]
    blocks: Sequence[Block] = ()

    def as_error(self) -> dict[str, Any]:
        """{"code", "message"}, and {"blocks"} where there are any."""
        said: dict[str, Any] = {"code": self.code, "message": self.message}
        return {**said, "blocks": [dict(block) for block in self.blocks]} if self.blocks else said


class ApiErrorHandler(ErrorHandler):
    """Answers every error with JSON; a stack trace never leaves the process."""

    def response(self, request: Request, exception: Exception) -> HTTPResponse:
        """The reply to a request that failed."""
        facts = error_facts(request, exception)
        log_failure(request, facts, exception)
        return failure(facts.as_error(), facts.status, facts.headers)


def error_facts(request: Request, error: Exception) -> ErrorFacts:
    """Status, code, message and headers for any exception."""
    status, code = _status_and_code(error)
    values: dict[str, str] = dict(getattr(error, "values", {}))
    if code == "too_large":
        values["limit"] = str(chat_of(request).settings.max_body)
    headers, found = _headers(status, error), help_for(request)
    if found is not None:
        return ErrorFacts(status, code, found.plain, headers, found.blocks)
    return ErrorFacts(status, code, chat_of(request).messages.error(code, values), headers)


def log_failure(request: Request, facts: ErrorFacts, error: Exception) -> None:
    """One line with the request's id. Never the exception's text: it may hold visitors' words."""
    if facts.status < 500:
        logger.info("request %s refused: %s", request_id_of(request), facts.code)
    elif isinstance(error, (ClinicBotError, sanic_exceptions.SanicException)):
        logger.warning("request %s failed: %s", request_id_of(request), facts.code)
    else:
        frames = traceback.extract_tb(error.__traceback__)[-TRACE_FRAMES:]
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        kind = type(error).__name__
        logger.error("request %s failed: %s in %s", request_id_of(request), kind, where)


def _status_and_code(error: Exception) -> tuple[int, str]:
    if isinstance(error, ClinicBotError):
        return error.status, error.code
    if isinstance(error, sanic_exceptions.SanicException):
        status = getattr(error, "status_code", 500)
        return status, _SANIC_CODES.get(status, "invalid_input" if status < 500 else "internal")
    return 500, "internal"


def _headers(status: int, error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if status in {429, 503}:
        headers["Retry-After"] = str(getattr(error, "retry_after", DEFAULT_RETRY_SECONDS))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, sanic_exceptions.MethodNotSupported):
        headers["Allow"] = ", ".join(sorted(error.headers["Allow"].split(", ")))
    return headers
