"""What passes between a visitor and the assistant, in the words of the visitor API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MessageType = Literal["text", "choice", "form"]
EventType = Literal["visitor", "assistant", "typing", "done", "error"]


@dataclass(frozen=True)
class VisitorMessage:
    """One message of one visitor, already checked for size and shape.

    Attributes:
        conversation_id: minted by the server; a client can never choose it.
        client_id: the client's own id of this message; the same id is answered once.
        type: what the visitor did: typed, chose an offered choice, sent an offered form.
        text: what was typed (type "text"), else "".
        choice: id of a choice offered earlier in this conversation (type "choice").
        fields: values of a form offered earlier in this conversation (type "form").
    """

    conversation_id: str
    client_id: str
    type: MessageType = "text"
    text: str = ""
    choice: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChatEvent:
    """One numbered entry of a conversation, as stored and as sent.

    Attributes:
        n: 1, 2, 3 ... within the conversation.
        type: who or what it is from.
        at: time of the commit that stored it, UTC.
        message: for "visitor" {"type", "text"...}; for "assistant" {"blocks", "answer", "kind"}.
    """

    n: int
    type: EventType
    at: datetime
    message: Mapping[str, Any]
