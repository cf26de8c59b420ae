"""The errors this product raises on purpose.

ClinicBotError
├── InvalidInput        the caller sent something we refuse (HTTP 400)
│   └── TooLong         a text or body over its limit (413)
├── NotSignedIn         no session token, or one that is forged or expired (401)
├── NotAllowed          a known caller who may not do this (403)
├── NotFound            no such thing (404)
├── TooManyRequests     a rate limit (429)
│   └── Paused          the visitor was abusive and has to wait (429)
├── Busy                the bot's queue is full or a lock took too long (503)
├── StorageUnavailable  the database did not do what we asked (503)
├── TurnFailed          a message could not be answered; nothing of it was stored (500)
├── ContentError        the files under content/ contradict themselves
└── SetUpError          the program cannot start; the message says what to do
"""


class ClinicBotError(Exception):
    """Base of all errors raised on purpose; `code` is stable, for programs."""

    status = 500
    code = "internal"


class InvalidInput(ClinicBotError):
    """The caller sent something we refuse."""

    status = 400
    code = "invalid_input"


class TooLong(InvalidInput):
    """A text or body is over its limit."""

    status = 413
    code = "too_long"


class NotSignedIn(ClinicBotError):
    """No session token, or one that is forged, expired or revoked."""

    status = 401
    code = "no_session"


class NotAllowed(ClinicBotError):
    """A known caller who may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(ClinicBotError):
    """No such thing."""

    status = 404
    code = "not_found"


class TooManyRequests(ClinicBotError):
    """A rate limit was reached."""

    status = 429
    code = "too_many_requests"


class Paused(TooManyRequests):
    """The visitor was abusive again and again; `retry_after` says for how many more seconds."""

    code = "paused"

    def __init__(self, seconds: float) -> None:
        super().__init__("paused")
        self.retry_after = max(1, int(seconds + 0.999))
        self.values = {"minutes": str((self.retry_after + 59) // 60)}


class Busy(ClinicBotError):
    """The queue is full or a lock took too long; try again shortly."""

    status = 503
    code = "busy"


class StorageUnavailable(ClinicBotError):
    """The database did not do what we asked; nothing was stored."""

    status = 503
    code = "storage_unavailable"


class TurnFailed(ClinicBotError):
    """A message could not be answered; nothing of it was stored."""

    status = 500
    code = "turn_failed"


class ContentError(ClinicBotError):
    """The files under content/ contradict themselves."""


class SetUpError(ClinicBotError):
    """The program cannot start; the message says what to do."""
