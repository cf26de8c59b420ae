"""Recognizes personal health questions by phrases, so that no general answer takes their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORDS = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Found:
    """What to do with a message: its class, the intent, and the answer where one is fixed."""

    name: str
    topic: str
    answer: str | None = None


@dataclass(frozen=True)
class Guard:
    """One row: `any` pattern fires unless an `unless` pattern excuses it.

    Attributes:
        topic: the intent where the row has no answer; else that is the answer's own topic.
        answers: pairs of subject and answer id; the subject is None for the plain answer.
    """

    name: str
    topic: str
    answers: tuple[tuple[str | None, str], ...]
    any: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fires(self, text: str) -> bool:
        if not self.any.search(text):
            return False
        return not (self.unless and self.unless.search(text))

    def found(self, subjects: Collection[str]) -> Found:
        """With the answer about a subject of the message, else the plain one."""
        about = [answer for subject, answer in self.answers if subject in subjects]
        plain = [answer for subject, answer in self.answers if subject is None]
        answer = next(iter([*about, *plain]), None)
        return Found(self.name, answer.split("/")[0] if answer else self.topic, answer)


class GuardedPhrases:
    """The rows of `content/guarded_topics.yml`, the gravest first.

    Args:
        words: alternatives by name; `{name}` in a pattern stands for any of them.
    """

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], words: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._words = {name: f"(?:{'|'.join(found)})" for name, found in (words or {}).items()}
        self._guards = [self._guard(row) for row in rows]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return tuple(self._guards)

    def find(self, texts: Iterable[str], subjects: Collection[str]) -> Found | None:
        """The first row that fires on one of these spellings of a message, or None."""
        # Patterns are written in lower case, as those of danger are.
        plain = [text.lower().replace("’", "'") for text in texts]
        for guard in self._guards:
            if any(guard.fires(text) for text in plain):
                return guard.found(subjects)
        return None

    def _guard(self, row: Mapping[str, Any]) -> Guard:
        return Guard(
            row["class"],
            row["topic"],
            tuple((a.get("subject"), a["answer"]) for a in row.get("answers") or ()),
            self._joined(row["any"]),
            self._joined(row["unless"]) if row.get("unless") else None,
        )

    def _joined(self, patterns: Sequence[str]) -> re.Pattern[str]:
        whole = "|".join(f"(?:{pattern})" for pattern in patterns)
        return re.compile(_WORDS.sub(lambda name: self._words[name.group(1)], whole))
