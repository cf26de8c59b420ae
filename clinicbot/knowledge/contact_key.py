"""One spelling for each way to reach somebody, so that a person can be found again by it."""

from __future__ import annotations

import phonenumbers


def normalized_contact(text: str, region: str | None) -> str:
    """An e-mail address in lower case; a telephone number in E.164 (`+16148891234`), or its
    digits where it is none that the region could have.

    Args:
        text: as the visitor wrote it.
        region: how a number without "+" is read: "US", "GB" ...; None or unknown for none.
    """
    stripped = text.strip()
    if "@" in stripped:
        return stripped.lower()
    number = _parsed(stripped, region)
    if number is not None and phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "".join(c for c in stripped if c.isdecimal())


def is_possible_phone(text: str, region: str | None) -> bool:
    """Whether a text is a telephone number that the region, or with "+" any, could have."""
    number = _parsed(text, region)
    return number is not None and phonenumbers.is_possible_number(number)


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
