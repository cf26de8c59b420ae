"""Finds telephone numbers, and long numbers that are nobody's telephone number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher

from clinicbot.knowledge.masking_page import Page

PHONE, LONG = "phone", "id"
# Candidates that turn out to be no number, before the library gives up on a text.
TRIES = 50
GROUPS = re.compile(r"\d+")


@dataclass(frozen=True)
class NumberRules:
    """What a telephone number looks like; the fields are those of content/privacy.yml.

    Attributes:
        run: digits with nothing but separators between them.
        shortest: fewest digits of a telephone number.
        longest: most digits of one.
        harmless: runs that are none: years, dates, "10 15 20 25 minutes".
    """

    run: re.Pattern[str]
    shortest: int
    longest: int
    harmless: tuple[re.Pattern[str], ...]


class NumberFinder:
    """Telephone numbers of one country, but for those that belong to no visitor."""

    def __init__(self, rules: NumberRules, region: str, allowed: Iterable[str]) -> None:
        """`region`: where numbers without a country code belong; `allowed`: texts whose
        numbers everybody may see."""
        self._rules = rules
        self._region = region if region in phonenumbers.SUPPORTED_REGIONS else None
        self._allowed = {number for text in allowed for number in self._spellings(text)}

    def find_in(self, page: Page) -> None:
        """Takes every number from the page."""
        if sum(len(digits) for digits in GROUPS.findall(page.low)) < self._rules.shortest:
            return
        # What the library finds has its true beginning and end, as in "614-889-1234 9 to 5".
        for match in PhoneNumberMatcher(page.low, self._region, Leniency.POSSIBLE, TRIES):
            self._take(page, match.start, match.end)
        for run in self._rules.run.finditer(page.low):
            self._take(page, *run.span())

    def _take(self, page: Page, start: int, end: int) -> None:
        groups = GROUPS.findall(page.low, start, end)
        digits = "".join(groups)
        if len(digits) < self._rules.shortest:
            return
        if self._is_allowed(groups, digits):
            page.blank(start, end)
        elif not self._is_harmless(page.low, start, end, groups):
            page.take(start, end, PHONE if len(digits) <= self._rules.longest else LONG)

    def _is_allowed(self, groups: list[str], digits: str) -> bool:
        return digits.lstrip("0") in self._allowed or all(g in self._allowed for g in groups)

    def _is_harmless(self, text: str, start: int, end: int, groups: list[str]) -> bool:
        if _is_list(groups):
            return True
        matches = (pattern.match(text, start) for pattern in self._rules.harmless)
        return any(match and match.end() >= end for match in matches)

    def _spellings(self, text: str) -> Iterable[str]:
        """The digits of each number in a text, with and without its country."""
        for match in PhoneNumberMatcher(text, self._region, Leniency.POSSIBLE, TRIES):
            national = str(match.number.national_number)
            yield from (national, f"{match.number.country_code}{national}")
        for run in self._rules.run.finditer(text):
            yield "".join(GROUPS.findall(run.group())).lstrip("0")
        whole = "".join(GROUPS.findall(text))
        if not re.search(r"[^\W\d]", text):
            yield whole
            yield from self._parsed(text)

    def _parsed(self, text: str) -> Iterable[str]:
        try:
            number = phonenumbers.parse(text, self._region)
        except NumberParseException:
            return
        yield str(number.national_number)
        yield f"{number.country_code}{number.national_number}"


def _is_list(groups: list[str]) -> bool:
    """Whether somebody counts ("10 15 20 25 30"): small numbers, each larger than the last. A
    telephone number has a longer group, a leading zero, or goes down again somewhere."""
    if len(groups) < 3 or any(len(group) > 2 or group.startswith("0") for group in groups):
        return False
    return all(int(one) < int(two) for one, two in zip(groups, groups[1:], strict=False))
