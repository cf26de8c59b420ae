"""What can be wrong with a request, each with a code that content/api_messages.yml explains."""

from __future__ import annotations

from clinicbot.errors import Busy, InvalidInput


class BodyProblem(InvalidInput):
    """A request that we refuse; `field` is one of our own names, never the caller's words."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code} {field}".strip())
        self.code = code
        self.values = {"field": field} if field else {}


class NotJson(InvalidInput):
    """The request does not say that its body is JSON."""

    status = 415
    code = "not_json"


class NotReady(Busy):
    """No model is loaded yet, or the server is about to stop."""

    code = "not_ready"
