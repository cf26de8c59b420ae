"""Can a tired person read it? Grades by textstat (Flesch-Kincaid)."""

from __future__ import annotations

from collections.abc import Iterator

import textstat

from clinicbot.knowledge.content import Content

# Words of the field that visitors come to ask about; each counts as a plain word.
MAX_GRADE = 8.0
LONGEST_SENTENCE = 28


def find_hard_texts(content: Content) -> Iterator[str]:
    """Answers whose own words (lead and claims) are above grade 8 without the terms that
    cannot be said otherwise."""
    terms = sorted(_terms(content), key=len, reverse=True)
    for answer in content.answers.values():
        texts = [answer.lead, *(content.claims[i].text for i in answer.claims)]
        words = " ".join(_plain(text, terms) for text in texts)
        grade = textstat.flesch_kincaid_grade(words)
        if grade > MAX_GRADE:
            yield f"Answer {answer.id}: reads at grade {grade:.1f}; say it in shorter words."


def _terms(content: Content) -> set[str]:
    names = {s.name for s in content.subjects} | {a for s in content.subjects for a in s.aliases}
    return {name.lower() for name in names if len(name) > 4}


def _plain(text: str, terms: list[str]) -> str:
    """The text with each term of the field replaced by a short word."""
    plain = text.lower()
    for term in terms:
        plain = plain.replace(term, "it")
    return plain
