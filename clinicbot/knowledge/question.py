"""What a message was understood to ask, and what the conversation was about before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Band(str, Enum):
    """How sure the understanding is: answer, offer choices, or say that it is not clear."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"


@dataclass(frozen=True)
class Ranked:
    """One candidate answer id (or intent without answers) and its probability, 0 to 1."""

    id: str
    confidence: float

    @property
    def topic(self) -> str:
        return self.id.split("/")[0]

    @property
    def subject(self) -> str:
        return self.id.split("/")[1] if "/" in self.id else ""


@dataclass(frozen=True)
class Understanding:
    """What the language pipeline says about one message.

    Attributes:
        intent: the topic (`ask_downtime`), a dialogue act (`ask_more`) or `nlu_fallback`.
        band: how sure it is of the intent.
        confidence: probability of the intent, 0 to 1.
        subjects: subject ids named in this message, in order.
        ranking: candidate answers, best first.
        bare_subject: the message says nothing but its subject ("and exosomes?").
        unknown_words: words that are neither English as far as we know nor ours.
    """

    intent: str
    band: Band
    confidence: float = 1.0
    subjects: tuple[str, ...] = ()
    ranking: tuple[Ranked, ...] = ()
    bare_subject: bool = False
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What the conversation was about before this message; None where nothing was.

    Attributes:
        shown: the answers given lately, oldest first.
        pair: the two subjects last set side by side.
        danger: the last danger that was told of ("emergency", "distress" ...).
    """

    topic: str | None = None
    subject: str | None = None
    previous_subject: str | None = None
    last_answer: str | None = None
    shown: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    danger: str | None = None


def read_understanding(latest_message: Mapping[str, Any]) -> Understanding:
    """From Rasa's parse of the latest message (`tracker.latest_message`)."""
    entities: Sequence[Mapping[str, Any]] = latest_message.get("entities") or []
    ranking = latest_message.get("answer_ranking") or []
    return Understanding(
        intent=latest_message["intent"]["name"],
        band=Band(latest_message.get("band", Band.ANSWER.value)),
        confidence=latest_message["intent"].get("confidence") or 0.0,
        subjects=tuple(e["value"] for e in entities if e["entity"] == "subject"),
        ranking=tuple(Ranked(row["id"], row["confidence"]) for row in ranking),
        bare_subject=bool(latest_message.get("bare_subject")),
        unknown_words=tuple(latest_message.get("unknown_words") or ()),
    )
