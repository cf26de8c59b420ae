"""The blank English spaCy pipeline: words, lemmas, spelling, subjects."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib import resources

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.matcher.levenshtein import levenshtein
from spacy.tokens import Doc

from clinicbot.knowledge.subjects import SubjectCatalogue


def blank_english() -> Language:
    """Tokenizer and lookup lemmatizer of spaCy's English, without a statistical model."""
    language = spacy.blank("en")
    language.add_pipe("lemmatizer", config={"mode": "lookup"})
    language.initialize()
    return language


@lru_cache(maxsize=1)
def common_english_words(count: int) -> frozenset[str]:
    """The `count` most frequent words, lower-cased, by the word probabilities of
    spacy-lookups-data (https://github.com/explosion/spacy-lookups-data, en_lexeme_prob)."""
    data = resources.files("spacy_lookups_data") / "data" / "en_lexeme_prob.json.gz"
    probabilities = json.loads(gzip.decompress(data.read_bytes()))
    words: dict[str, None] = {}
    for word in sorted(probabilities, key=probabilities.__getitem__, reverse=True):
        words.setdefault(word.lower())
        if len(words) == count:
            break
    return frozenset(words)


def allowed_distance(word: str) -> int:
    """How many edits a misspelling of `word` may have: none up to four letters, one up to
    seven, then two."""
    return 0 if len(word) < 5 else 1 if len(word) < 8 else 2


class Speller:
    """Finds the word meant by a word that nobody knows.

    Args:
        known: words that are right as they are.
        targets: words worth correcting to; those named first win a tie.
    """

    def __init__(self, known: Collection[str], targets: Iterable[str]) -> None:
        self.targets = tuple(dict.fromkeys(targets))
        self._known = frozenset(known) | frozenset(self.targets)

    @property
    def known(self) -> frozenset[str]:
        return self._known

    def knows(self, word: str) -> bool:
        return word in self._known or not word.isalpha()

    @lru_cache(maxsize=4096)  # noqa: B019 - one speller lives as long as its model
    def correct(self, word: str) -> str | None:
        """The word meant, itself where it is known, None where no word is near enough."""
        if self.knows(word):
            return word
        best: tuple[int, str] | None = None
        for target in self.targets:
            limit = min(allowed_distance(target), allowed_distance(word))
            if limit == 0 or abs(len(target) - len(word)) > limit:
                continue
            distance = levenshtein(word, target, limit)
            if distance <= limit and (best is None or distance < best[0]):
                best = (distance, target)
        return best[1] if best else None


class SubjectFinder:
    """Finds subjects by their aliases; longer aliases win over shorter ones inside them."""

    def __init__(self, language: Language, subjects: SubjectCatalogue) -> None:
        self._language = language
        self._matcher = PhraseMatcher(language.vocab, attr="LOWER")
        for subject in subjects:  # type: ignore[attr-defined]
            patterns = [language.make_doc(alias.lower()) for alias in subject.aliases]
            if patterns:
                self._matcher.add(subject.id, patterns)

    def find(self, words: Sequence[str]) -> list[tuple[str, int, int]]:
        """Subject ids with the range of words (first, after last) that named them, in order."""
        doc = Doc(self._language.vocab, words=list(words))
        spans = self._matcher(doc, as_spans=True)
        chosen = spacy.util.filter_spans(spans)
        return [(span.label_, span.start, span.end) for span in chosen]


def alias_words(subjects: SubjectCatalogue, language: Language) -> list[str]:
    """Every word of every alias, most telling (longest) first."""
    words = {
        token.lower_
        for subject in subjects  # type: ignore[attr-defined]
        for alias in subject.aliases
        for token in language.make_doc(alias.lower())
        if token.is_alpha
    }
    return sorted(words, key=lambda word: (-len(word), word))
