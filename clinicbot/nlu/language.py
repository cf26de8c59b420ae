"""The blank English spaCy pipeline: words, lemmas, spelling, subjects."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
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


@lru_cache(maxsize=2)
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


def allowed_distance(letters: int) -> int:
    """How many edits a misspelling of a word of that length may have: none up to three
    letters, one up to seven, then two."""
    return 0 if letters < 4 else 1 if letters < 8 else 2


class Speller:
    """Finds the word meant by a word that is not known to be right.

    Args:
        right: words that are right as they are.
        known: rarer words: corrected only where a target is near, never called unknown.
        targets: words worth correcting to; those named first win a tie.
        spellings: words as typed in chats, with the word or words meant.
    """

    def __init__(
        self,
        right: Collection[str],
        known: Collection[str],
        targets: Iterable[str],
        spellings: Mapping[str, str],
    ) -> None:
        self.spellings = dict(spellings)
        self.targets = tuple(dict.fromkeys(targets))
        self.right = frozenset(right) | frozenset(self.targets)
        self.known = frozenset(known)
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for place, target in enumerate(self.targets):
            self._by_length.setdefault(len(target), []).append((place, target))
        self._correct = lru_cache(maxsize=4096)(self._find)

    def correct(self, word: str) -> str | None:
        """The word meant, itself where it is known, None where no word is near enough."""
        return self._correct(word)

    def _find(self, word: str) -> str | None:
        if word in self.spellings:
            return self.spellings[word]
        if word in self.right or not word.isalpha():
            return word
        best: tuple[int, int, str] | None = None
        own_limit = allowed_distance(len(word))
        for length in range(len(word) - own_limit, len(word) + own_limit + 1):
            limit = min(own_limit, allowed_distance(length))
            for place, target in self._by_length.get(length, ()):
                if limit and (edits := _edits(word, target, limit)) <= limit:
                    best = min(best or (edits, place, target), (edits, place, target))
        if best:
            return best[2]
        return word if word in self.known else None


def _edits(word: str, target: str, limit: int) -> int:
    """Levenshtein's distance, with two neighbours in the wrong order as one edit."""
    if len(word) == len(target):
        wrong = [i for i, (a, b) in enumerate(zip(word, target, strict=True)) if a != b]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            first, second = wrong
            if word[first] == target[second] and word[second] == target[first]:
                return 1
    return int(levenshtein(word, target, limit))


class SubjectFinder:
    """Finds subjects by their aliases; longer aliases win over shorter ones inside them."""

    def __init__(self, language: Language, subjects: SubjectCatalogue) -> None:
        self._language = language
        self._matcher = PhraseMatcher(language.vocab, attr="LOWER")
        for subject in subjects:
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
        for subject in subjects
        for alias in subject.aliases
        for token in language.make_doc(alias.lower())
        if token.is_alpha
    }
    return sorted(words, key=lambda word: (-len(word), word))
