"""What Rasa says, as assistant messages of the visitor API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.channels.channel import OutputChannel

CHANNEL = "clinic"
# What a reply tells only us: why staff should look, how long a visitor has to wait.
FLAG, PAUSE = "flag", "pause_minutes"


class CapturingChannel(OutputChannel):
    """Keeps whole message dicts; the stock channels split them up and drop parts."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each thing the bot says."""
        self.messages.append(dict(message))


def to_assistant_message(message: Mapping[str, Any], release: int) -> dict[str, Any] | None:
    """Gives {"blocks", "answer", "kind"} for one message dict of Rasa; None if it is empty.

    Where the payload or the response's metadata has FLAG or PAUSE, the result has it too; it
    must be taken out before anybody stores or sends the message.
    """
    payload = message.get("custom") or {}
    told = {**(message.get("metadata") or {}), **payload}
    blocks = payload.get("blocks") or _text_blocks(message.get("text") or "")
    internal = {key: told[key] for key in (FLAG, PAUSE) if told.get(key)}
    if not blocks and not internal:
        return None
    kind = told.get("kind") or "small_talk"
    answer = _answer(payload.get("answer"), release)
    return {"blocks": blocks, "answer": answer, "kind": kind, **internal}


def _text_blocks(text: str) -> list[dict[str, str]]:
    parts = [part.strip() for part in text.split("\n\n")]
    return [{"type": "text", "text": part} for part in parts if part]


def _answer(answer: Mapping[str, Any] | None, release: int) -> dict[str, Any] | None:
    if not answer:
        return None
    return {"release": release, **answer}
