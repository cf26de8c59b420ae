"""What counts as a name and as a way to reach somebody, for a request to be called back."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
_PHONE = re.compile(r"(?<![\w@])\+?\(?\d[\d\s().\-/]{5,}\d(?![\w@])")
_LETTERS = re.compile(r"[^\W\d_]")
MAX_NAME = 80
MIN_DIGITS, MAX_DIGITS = 7, 15


def read_name(text: str) -> str | None:
    """The name, or None: it needs two letters, at most 80 characters and no digits."""
    name = " ".join(text.split())
    if len(_LETTERS.findall(name)) < 2 or len(name) > MAX_NAME or any(c.isdigit() for c in name):
        return None
    return name


def find_contact(text: str) -> str | None:
    """The first e-mail address in a text, else the first telephone number (7 to 15 digits,
    as ITU-T E.164 allows), else None."""
    if email := _EMAIL.search(text):
        return email.group()
    for phone in _PHONE.finditer(text):
        if MIN_DIGITS <= sum(c.isdigit() for c in phone.group()) <= MAX_DIGITS:
            return " ".join(phone.group().split())
    return None
