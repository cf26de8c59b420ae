"""Help for a message that speaks of danger and could not be answered."""

from __future__ import annotations

import json

from sanic.request import Request

from clinicbot.knowledge.safety_texts import SafetyText
from clinicbot.web.state import chat_of

MESSAGES_PATH = "/chat/v1/messages"


def help_for(request: Request) -> SafetyText | None:
    """What to say in an error instead of its own text, whatever else is wrong with the message;
    None if no danger is in it, or if the request is not a message."""
    if request.method != "POST" or request.path != MESSAGES_PATH:
        return None
    return chat_of(request).services.first_aid.help(_words(request.body or b""))


def _words(body: bytes) -> str:
    """What the visitor typed, into the chat or a form; all of a body that cannot be read."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
    if not isinstance(values, dict):
        return ""
    fields = values.get("fields")
    typed = [values.get("text"), *(fields.values() if isinstance(fields, dict) else ())]
    return "\n".join(part for part in typed if isinstance(part, str))
