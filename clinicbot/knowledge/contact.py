"""What counts as a name and as a way to reach somebody, for a request to be called back."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]{2,}$")
_LETTERS = re.compile(r"[^\W\d_]")
MAX_NAME = 80
MAX_CONTACT = 120


def read_name(text: str) -> str | None:
    """The name, or None: it needs two letters and at most 80 characters."""
    name = " ".join(text.split())
    if len(_LETTERS.findall(name)) < 2 or len(name) > MAX_NAME:
        return None
    return name


def read_contact(text: str) -> str | None:
    """An e-mail address, or a telephone number of 7 to 15 digits (ITU-T E.164), or None."""
    contact = " ".join(text.split())
    if len(contact) > MAX_CONTACT:
        return None
    if _EMAIL.match(contact):
        return contact
    digits = sum(c.isdigit() for c in contact)
    only_phone = all(c.isdigit() or c in "+-() ./" for c in contact)
    return contact if only_phone and 7 <= digits <= 15 else None
