"""What the assistant sends back: typed blocks, never HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """One assistant message.

    Attributes:
        blocks: see `text`, `bullets`, `table`, `sources`, `choices`, `form`, `contact`.
        kind: answer, clarify, no_answer, safety, booking, small_talk or out_of_scope.
        answer_id: the answer given, None where it is not one.
        topic, subject: what the conversation is about from here on; None keeps what was.
        pair: two subjects that this reply sets side by side.
        pause_minutes: for how long the visitor gets no reply after this one.
    """

    blocks: tuple[Block, ...]
    kind: str
    answer_id: str | None = None
    topic: str | None = None
    subject: str | None = None
    pair: tuple[str, ...] = ()
    pause_minutes: int = 0

    def as_message(self) -> dict[str, Any]:
        """The assistant message of the visitor API; a pause is for the server alone."""
        answer = {"id": self.answer_id} if self.answer_id else None
        message = {"blocks": [dict(b) for b in self.blocks], "answer": answer, "kind": self.kind}
        return {**message, "pause_minutes": self.pause_minutes} if self.pause_minutes else message

    def as_text(self) -> str:
        """The same in plain lines, for a terminal."""
        return "\n".join(line for block in self.blocks for line in _lines(block))


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def bullets(items: Iterable[str]) -> Block:
    return {"type": "list", "items": list(items)}


def table(rows: Iterable[Iterable[str]]) -> Block:
    """A table; its first row is the heading."""
    return {"type": "table", "rows": [list(row) for row in rows]}


def sources(items: Iterable[Mapping[str, str]]) -> Block:
    """Items of title and section, and url or date where there is one."""
    return {"type": "sources", "items": [dict(item) for item in items]}


def choices(items: Iterable[tuple[str, str]]) -> Block:
    """Pairs of id and title; ids are `answer:<answer id>` or `intent:<intent>`."""
    return {"type": "choices", "items": [{"id": i, "title": t} for i, t in items]}


def form(form_id: str, fields: Iterable[Mapping[str, Any]], submit: str) -> Block:
    return {"type": "form", "id": form_id, "fields": list(fields), "submit": submit}


def contact(**facts: str) -> Block:
    return {"type": "contact", **facts}


def _lines(block: Block) -> list[str]:
    kind = block["type"]
    if kind == "text":
        return [block["text"]]
    if kind == "list":
        return [f"- {item}" for item in block["items"]]
    if kind == "table":
        return [" | ".join(row) for row in block["rows"]]
    if kind == "sources":
        return [f"[{item['title']} · {item['section']}]" for item in block["items"]]
    if kind == "choices":
        return [f"> {item['title']}" for item in block["items"]]
    if kind == "form":
        return [f"{field['label']}: ____" for field in block["fields"]]
    return [f"{key}: {value}" for key, value in block.items() if key != "type"]
