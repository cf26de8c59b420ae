"""Hides personal data in texts: what it looks for stands in `content/privacy.yml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stdnum import iban, luhn
from stdnum.ca import sin
from stdnum.gb import nhs
from stdnum.us import ssn

from clinicbot.knowledge.masking_names import NameFinder
from clinicbot.knowledge.masking_numbers import NumberFinder
from clinicbot.knowledge.masking_page import Page, fold

# Numbers that carry a check digit, or a range that is never given out.
CHECKS: Mapping[str, Callable[[str], bool]] = {
    "luhn": lambda text: bool(luhn.is_valid(re.sub(r"\D", "", text))),
    "ssn": lambda text: bool(ssn.is_valid(re.sub(r"\D", "", text))),
    "nhs": lambda text: bool(nhs.is_valid(text)),
    "sin": lambda text: bool(sin.is_valid(text)),
    "iban": lambda text: bool(iban.is_valid(text)),
}
DIGIT = re.compile(r"\d")
OTHER = "other"
# A shorter value would be hidden in the middle of what has nothing to do with it.
SHORTEST_VALUE = 3
# More than all replies of the assistant.
CLEAN_TEXTS = 10_000


@dataclass(frozen=True)
class Pattern:
    """One way in which one kind of personal data is written.

    Attributes:
        kind: what it finds; the labels are by kind.
        find: its expression; a group `v` is the part to hide.
        check: a name in CHECKS that what was found has to pass.
        cased: whether it reads the text as it was typed, not in lower case.
        needs: nothing is looked for unless the text has this ("digit": any digit).
    """

    kind: str
    find: re.Pattern[str]
    check: str | None = None
    cased: bool = False
    needs: str = ""

    def find_in(self, page: Page) -> None:
        """Takes every place from the page."""
        text = page.cased if self.cased else page.low
        if not (DIGIT.search(text) if self.needs == "digit" else self.needs in text):
            return
        for match in self.find.finditer(text):
            start, end = match.span("v" if "v" in self.find.groupindex else 0)
            if start >= 0 and (self.check is None or CHECKS[self.check](text[start:end])):
                page.take(start, end, self.kind)


@dataclass(frozen=True)
class MaskingRules:
    """What is hidden, and what stands in its place.

    Attributes:
        labels: kind to label.
        patterns: in the order in which they look.
        protected: what is never hidden, the labels themselves among it.
        numbers: finds telephone numbers.
        names: finds names that are introduced as such.
        personal_slots: slots of the dialogue that hold personal data, and their kinds.
        on: False leaves every text as it is.
    """

    labels: Mapping[str, str]
    patterns: tuple[Pattern, ...]
    protected: re.Pattern[str]
    numbers: NumberFinder
    names: NameFinder
    personal_slots: Mapping[str, str]
    on: bool = True


@dataclass(frozen=True)
class Masked:
    """A text without personal data.

    Attributes:
        text: the text.
        found: what was hidden, and of what kind it was.
    """

    text: str
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that were hidden."""
        return frozenset(self.found.values())


class Masker:
    """Replaces personal data by labels. Masking a second time changes nothing."""

    def __init__(self, rules: MaskingRules) -> None:
        self._rules = rules
        # Hashes of texts that held nothing: what the assistant says is said again and again.
        self._clean: set[int] = set()

    @property
    def personal_slots(self) -> Mapping[str, str]:
        """Slots of the dialogue that hold personal data, and their kinds."""
        return self._rules.personal_slots

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything that may stand in the place of personal data."""
        return tuple(self._rules.labels.values())

    def label(self, kind: str) -> str:
        """What stands in the place of a value of this kind."""
        return self._rules.labels.get(kind) or self._rules.labels[OTHER]

    def mask(self, text: str, values: Mapping[str, str] | None = None) -> Masked:
        """Hides what is found in a text.

        Args:
            text: as somebody typed it.
            values: exact words that are personal here, and their kinds.
        """
        if not self._rules.on:
            return Masked(text)
        if values and text.strip() in values:  # whatever its length
            kind = values[text.strip()]
            return Masked(self.label(kind), {text.strip(): kind})
        known = known_values(values or {})
        if hash(text) in self._clean and not (known and known.search(fold(text)[0])):
            return Masked(text)
        hidden: dict[str, str] = {}
        # What was hidden can leave words behind that now look like something else. Each round
        # hides at least one more letter or digit, so this ends.
        while page := self._find(text, known, values or {}):
            text = page.masked(self.label)
            hidden.update(page.found)
        if not hidden:
            self._remember(text)
        return Masked(text, hidden)

    def mask_text(self, text: str) -> str:
        """The masked text alone."""
        return self.mask(text).text

    def mask_tree(
        self,
        value: Any,
        values: Mapping[str, str] | None = None,
        keep: Collection[str] = (),
    ) -> Any:
        """The same value with every string in it masked, but those under the keys to keep."""
        if isinstance(value, str):
            return self.mask(value, values).text
        if isinstance(value, Mapping):
            return {
                key: inner if key in keep else self.mask_tree(inner, values, keep)
                for key, inner in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.mask_tree(inner, values, keep) for inner in value]
        return value

    def _remember(self, text: str) -> None:
        if len(self._clean) >= CLEAN_TEXTS:
            self._clean.clear()
        self._clean.add(hash(text))

    def _find(
        self, text: str, known: re.Pattern[str] | None, values: Mapping[str, str]
    ) -> Page | None:
        page = Page(text)
        page.protect(self._rules.protected)
        if known:
            kinds = {_spaced(value): kind for value, kind in values.items()}
            for match in known.finditer(page.cased):
                page.take(*match.span(), kinds.get(_spaced(match.group()), OTHER))
        for pattern in self._rules.patterns:
            pattern.find_in(page)
        self._rules.numbers.find_in(page)
        self._rules.names.find_in(page)
        return page if page.found else None


def known_values(values: Iterable[str]) -> re.Pattern[str] | None:
    """An expression for exactly these values as whole words, however they are spaced; None if
    there is none long enough."""
    long = sorted((v for v in values if len(v.strip()) >= SHORTEST_VALUE), key=len, reverse=True)
    if not long:
        return None
    spaced = (r"\s+".join(re.escape(word) for word in value.split()) for value in long)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")


def _spaced(value: str) -> str:
    return " ".join(value.split())
