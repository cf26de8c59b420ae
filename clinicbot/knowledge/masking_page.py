"""A text in which things are found and hidden, however it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Stands where something was found: no letter, no digit, no blank.
BLANK = "\x00"
WORDLY = re.compile(r"\w")
PIECES = re.compile(rf"[^{BLANK}]+")
QUOTES = {"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"'}


class Page:
    """A text, readable in two ways of the same length: as typed, and in lower case.

    Both have plain hyphens and quotes and no invisible characters. What is taken or protected
    is blank for all who look afterwards.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.cased, self._places = fold(text)
        self.low = lower(self.cased)
        self._taken: list[tuple[int, int, str]] = []

    @property
    def found(self) -> dict[str, str]:
        """What was taken, as it was typed, and its kinds."""
        spans = ((*self._span(start, end), kind) for start, end, kind in self._taken)
        return {self._text[start:end].strip(): kind for start, end, kind in spans}

    def protect(self, pattern: re.Pattern[str]) -> None:
        """Nobody finds anything where the pattern matches the lower-case text."""
        for match in pattern.finditer(self.low):
            self.blank(*match.span())

    def take(self, start: int, end: int, kind: str) -> None:
        """What stands between will be hidden; what was taken before stays as it was."""
        pieces = [match.span() for match in PIECES.finditer(self.low, start, end)]
        for first, last in pieces:
            if WORDLY.search(self.low, first, last):
                self._taken.append((first, last, kind))
        self.blank(start, end)

    def blank(self, start: int, end: int) -> None:
        """Nobody finds anything there any more."""
        gap = BLANK * (end - start)
        self.cased = self.cased[:start] + gap + self.cased[end:]
        self.low = self.low[:start] + gap + self.low[end:]

    def masked(self, label: Callable[[str], str]) -> str:
        """The text as it was typed, with a label in the place of each thing taken."""
        parts, done = [], 0
        for first, last, kind in sorted(self._taken):
            start, end = self._span(first, last)
            parts += [self._text[done:start], label(kind)]
            done = max(done, end)
        return "".join(parts) + self._text[done:]

    def _span(self, start: int, end: int) -> tuple[int, int]:
        """Where that stood in the text as it was typed."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text in plain characters, and where each of them stood (None: where it stands)."""
    if text.isascii():
        return text, None
    folded = [(plain, place) for place, char in enumerate(text) for plain in _plain(char)]
    return "".join(plain for plain, _ in folded), [place for _, place in folded]


def lower(text: str) -> str:
    """The text in lower case, of the same length."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """What a character stands for; nothing if it cannot be seen."""
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category in {"Cf", "Mn"}:
        return ""
    if category == "Pd":
        return "-"
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return QUOTES.get(char) or unicodedata.normalize("NFKC", char)
