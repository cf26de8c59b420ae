"""Finds names that are introduced as such: "my name is Jane Doe", "my wife Mary Smith"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from clinicbot.knowledge.masking_page import BLANK, Page

NAME = "name"
WORD = re.compile(r"[ \t]*([^\W\d_]+(?:['.-][^\W\d_]+)*)\.?")
LETTERS = re.compile(r"[^\W\d_]+")
END = re.compile(r"[ \t\"')]*(?:[,.;!?\n]|$)")
# This share of capitals in a text of more than a few words says nothing about any of them.
TITLED, FEW_WORDS = 0.7, 4


class Lead(Enum):
    """How much the words before a name say that it is one."""

    STRONG = auto()
    WEAK = auto()
    RELATION = auto()
    TITLE = auto()


@dataclass(frozen=True)
class NameWords:
    """The words that tell names; the fields are those of content/privacy.yml (`names`).

    Attributes:
        strong: introductions after which a name may be written small.
        weak: introductions after which it needs capitals, or is a common one.
        labels: "name:" and the like, as good as a strong introduction.
        titles: mr, mrs ...
        not_titles: MS is an illness.
        relations: wife, son ...
        before: words that a name stands right before: dob, calling ...
        never: words that are no part of a name.
        given: common names that mean nothing else.
        most_words: longest name.
    """

    strong: tuple[str, ...]
    weak: tuple[str, ...]
    labels: tuple[str, ...]
    titles: tuple[str, ...]
    not_titles: tuple[str, ...]
    relations: tuple[str, ...]
    before: tuple[str, ...]
    never: frozenset[str]
    given: frozenset[str]
    most_words: int


class NameFinder:
    """Careful rather than complete: "I'm bald" and "this is annoying" hold no name."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._titles = frozenset(words.titles)
        self._leads = re.compile(
            rf"(?<![\w'])(?:(?P<strong>{_any(words.strong)}|{_any(words.labels)})"
            rf"|(?P<weak>{_any(words.weak)})"
            rf"|(?P<relation>my (?:late |ex-?|step-?)?(?:{_any(words.relations)})"
            r"(?:'s name is| is called| is named| named|,)?)"
            rf"|(?P<title>(?:{_any(words.titles)})\b\.?))(?!\w)[ \t]*[:,-]?[ \t]*[\"'(]?"
        )
        self._before = re.compile(
            r"(?<![\w'])((?:[A-Z][\w'-]*\.?)(?: [A-Z][\w'-]*\.?){0,3}),? *[(-]? *"
            rf"(?=(?i:{_any(words.before)})\b)"
        )

    def find_in(self, page: Page) -> None:
        """Takes every name from the page."""
        titled = _is_titled(page.cased)
        for lead in list(self._leads.finditer(page.low)):
            if lead["title"] and page.cased[lead.start() :].startswith(self._words.not_titles):
                continue
            end = self._end_of_name(page.cased, lead.end(), _lead_of(lead.groupdict()), titled)
            if end is not None and BLANK not in page.low[lead.end() : end]:
                page.take(lead.end(), end, NAME)
        for match in list(self._before.finditer(page.cased)):
            words = [word.strip(".") for word in match.group(1).split()]
            good = [word for word in words if word.lower() not in self._words.never]
            if good == words and (len(words) > 1 or words[0].lower() in self._words.given):
                page.take(*match.span(1), NAME)

    def _end_of_name(self, text: str, start: int, lead: Lead, titled: bool) -> int | None:
        words = self._candidates(text, start, lead, titled)
        if not words:
            return None
        count = len(words)
        # Names keep their capitals: the first small word ends one that began with a capital.
        if _is_capital(words[0][0]):
            count = next((n for n, (word, _) in enumerate(words) if not _is_capital(word)), count)
        else:
            count = min(count, 2)
        if lead is Lead.STRONG:
            return words[count - 1][1]
        return self._end_of_doubtful(text, words, count, lead, titled)

    def _end_of_doubtful(
        self, text: str, words: list[tuple[str, int]], count: int, lead: Lead, titled: bool
    ) -> int | None:
        first = words[0][0]
        if first.lower() in self._words.given:
            small = not _is_capital(first)
            # "im jane doe": the second word is hers if nothing follows it.
            if small and count == 2 and not END.match(text, words[1][1]):
                count = 1
            return words[count - 1][1]
        if titled or not _is_capital(first):
            return None
        goes_on = WORD.match(text, words[count - 1][1])
        if goes_on and _is_capital(goes_on.group(1)) and count < self._words.most_words:
            return None
        enough = 1 if lead in {Lead.RELATION, Lead.TITLE} else 2
        return words[count - 1][1] if count >= enough else None

    def _candidates(self, text: str, start: int, lead: Lead, titled: bool) -> list[tuple[str, int]]:
        """The words that could be a name, each with its end."""
        words: list[tuple[str, int]] = []
        place = start
        while len(words) < self._words.most_words and (match := WORD.match(text, place)):
            word, place = match.group(1), match.end()
            # Some people are called Will or May: capitals after "my name is" settle it.
            named = lead is Lead.STRONG and _is_capital(word) and not titled
            if word == "I" or self._is_never(word) and not named:
                break
            words.append((word, match.end(1)))
        while words and words[-1][0].lower() in self._titles:
            words.pop()
        return words

    def _is_never(self, word: str) -> bool:
        """Also "I'd" and "that's", which begin with such a word."""
        plain = word.lower()
        return plain in self._words.never or plain.split("'")[0] in self._words.never


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _lead_of(groups: Mapping[str, str | None]) -> Lead:
    if groups["strong"]:
        return Lead.STRONG
    if groups["relation"]:
        return Lead.RELATION
    return Lead.TITLE if groups["title"] else Lead.WEAK


def _is_capital(word: str) -> bool:
    """Jane, McDonald, O'Brien, J; but not PRP."""
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def _is_titled(text: str) -> bool:
    words = LETTERS.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return len(words) > FEW_WORDS and capitals >= TITLED * len(words)
