"""What questions are about, and how subjects relate to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

UNCOVERED = "uncovered"
COMPARISON = "comparison"
REFERENCE = "reference"


@dataclass(frozen=True)
class Subject:
    """One thing a question can be about.

    Attributes:
        general: gives way to any more precise subject in the same message.
        parts: subjects that together name this one.
        wider: where to look when this subject has no answer for a topic.
        see: topics that still help although the articles do not cover this subject.
    """

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    general: bool = False
    parts: frozenset[str] = frozenset()
    wider: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


class SubjectCatalogue:
    """All subjects by id."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._by_id: Mapping[str, Subject] = {subject.id: subject for subject in subjects}

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._by_id.values())

    def __contains__(self, subject_id: object) -> bool:
        return subject_id in self._by_id

    def get(self, subject_id: str) -> Subject:
        """The subject of that id; KeyError if there is none."""
        return self._by_id[subject_id]

    def name(self, subject_id: str) -> str:
        """How replies call it."""
        return self._by_id[subject_id].name

    def is_uncovered(self, subject_id: str) -> bool:
        return self._by_id[subject_id].kind == UNCOVERED

    def kind(self, subject_id: str) -> str:
        return self._by_id[subject_id].kind

    def wider(self, subject_id: str) -> tuple[str, ...]:
        """Where else to look, nearest first."""
        return self._by_id[subject_id].wider

    def precise(self, found: Iterable[str]) -> tuple[str, ...]:
        """Without general subjects, if any precise one is there; order kept, no repeats."""
        unique = tuple(dict.fromkeys(found))
        precise = tuple(s for s in unique if not self._by_id[s].general)
        return precise or unique

    def combinations(self, found: Iterable[str], comparison: bool) -> tuple[str, ...]:
        """The subjects whose parts are all among `found`, those of most parts first.

        Args:
            comparison: whether the question sets its subjects against each other
                ("PRP or exosomes") rather than together ("PRP with exosomes").
        """
        named = frozenset(found)
        whole = [
            subject
            for subject in self._by_id.values()
            if subject.parts
            and subject.parts <= named
            and (subject.kind == COMPARISON) == comparison
        ]
        return tuple(s.id for s in sorted(whole, key=lambda s: -len(s.parts)))
