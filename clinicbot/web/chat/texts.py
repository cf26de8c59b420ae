"""Cleaning of what visitors type, before anything else sees it."""

from __future__ import annotations

import re
import unicodedata

from clinicbot.errors import TooLong
from clinicbot.web.chat.problems import BodyProblem

# NUL breaks databases, a lone surrogate breaks every encoder: neither is ever typed by a person.
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
# Letters and symbols by category, yet nothing is drawn for them.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class TextTooLong(TooLong):
    """A text has more characters than allowed; the message to the visitor says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"over {limit} characters")
        self.values = {"limit": str(limit)}


def clean_text(text: str, limit: int, field: str) -> str:
    """The text without control characters and outer blanks; may be empty.

    Raises:
        BodyProblem: it holds a NUL or a lone surrogate.
        TextTooLong: it has more than `limit` characters.
    """
    if _REFUSED.search(text):
        raise BodyProblem("invalid_field", field)
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()
    if len(text) > limit:
        raise TextTooLong(limit)
    return text


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: spaces, zero-width and combining characters only."""
    return all(_draws_nothing(character) for character in text)


def _draws_nothing(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "ZM" or category in {"Cc", "Cf"} or character in _BLANKS
