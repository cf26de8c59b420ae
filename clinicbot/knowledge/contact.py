"""What counts as a name and as a way to reach somebody, for a request to be called back."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
_PHONE = re.compile(r"(?<![\w@])\+?\(?\d[\d\s().\-/]{5,}\d(?![\w@])")
_LETTERS = re.compile(r"[^\W\d_]")
MAX_NAME = 80
MAX_WORDS = 5
MIN_DIGITS, MAX_DIGITS = 7, 15


@dataclass(frozen=True)
class NameRules:
    """What shows a name, from `content/names.yml`: words before it, words that sentences
    are made of."""

    introductions: tuple[str, ...]
    never_in_names: frozenset[str]


def read_name(text: str, rules: NameRules) -> str | None:
    """The name somebody gives when asked for it, without "my name is"; None for anything that
    is no name: digits, a question, a sentence, over five words or 80 characters."""
    words = text.split()
    for introduction in rules.introductions:
        lead = introduction.split()
        if [w.lower() for w in words[: len(lead)]] == lead:
            words = words[len(lead) :]
            break
    name = " ".join(words).strip(" .,!")
    if len(_LETTERS.findall(name)) < 2 or len(name) > MAX_NAME or len(words) > MAX_WORDS:
        return None
    if any(c.isdigit() or c in "?@/" for c in name):
        return None
    return None if _is_sentence(words, rules) else name


def _is_sentence(words: list[str], rules: NameRules) -> bool:
    """Whether a text is words of a sentence. Some people are called Price, Do or Can: written
    like a name, and with another word, such words may stand in one."""
    plain = [word.strip(".,!") for word in words]
    odd = [word for word in plain if word.lower() in rules.never_in_names]
    like_names = all(word.istitle() or len(word) == 1 and word.isupper() for word in odd)
    return bool(odd) and (len(odd) == len(plain) or not like_names)


def find_contact(text: str) -> str | None:
    """The first e-mail address in a text, else the first telephone number (7 to 15 digits,
    as ITU-T E.164 allows), else None."""
    if email := _EMAIL.search(text):
        return email.group()
    for phone in _PHONE.finditer(text):
        if MIN_DIGITS <= sum(c.isdigit() for c in phone.group()) <= MAX_DIGITS:
            return " ".join(phone.group().split())
    return None
