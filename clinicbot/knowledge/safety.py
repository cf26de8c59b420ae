"""Recognizes danger by phrases: the detector that needs no model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SafetyClass:
    """One kind of danger: `any` pattern fires unless an `unless` pattern excuses it."""

    intent: str
    any: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fires(self, text: str) -> bool:
        if not self.any.search(text):
            return False
        return not (self.unless and self.unless.search(text))


class SafetyPatterns:
    """The classes of `content/safety_patterns.yml`, the gravest first."""

    def __init__(self, classes: Sequence[Mapping[str, Any]]) -> None:
        self._classes = [
            SafetyClass(
                row["intent"],
                _joined(row["any"]),
                _joined(row["unless"]) if row.get("unless") else None,
            )
            for row in classes
        ]

    @property
    def intents(self) -> tuple[str, ...]:
        return tuple(c.intent for c in self._classes)

    def find(self, text: str) -> str | None:
        """The intent of the gravest class that fires on this text, or None."""
        # Patterns are written in lower case: that is several times faster than ignoring case.
        plain = text.lower().replace("’", "'")
        return next((c.intent for c in self._classes if c.fires(plain)), None)


def _joined(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
