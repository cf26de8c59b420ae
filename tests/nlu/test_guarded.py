"""The guarded topics on questions that they were not made from: they must not take information
questions away from their answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.held_out import expected_of, load_sets
from clinicbot.knowledge.content_files import load_subjects
from clinicbot.knowledge.guarded import Found
from clinicbot.knowledge.guarded_files import guarded_phrases, read_guarded_topics
from clinicbot.nlu.language import SubjectFinder, blank_english
from clinicbot.settings import PROJECT_ROOT

CONTENT = PROJECT_ROOT / "content"
SETS = load_sets()
# Share of questions that a phrase may answer otherwise than expected.
MOST_WRONG = 0.002


@pytest.fixture(scope="module")
def found() -> list[tuple[str, list[str], Found]]:
    """Every held-out question on which a row fires, with what is expected."""
    phrases = guarded_phrases(read_guarded_topics(CONTENT))
    words = blank_english()
    finder = SubjectFinder(words, load_subjects(CONTENT))
    hits = []
    for row in _questions():
        named = finder.find([token.lower_ for token in words.make_doc(row["text"])])
        if hit := phrases.find([row["text"]], {subject for subject, _, _ in named}):
            hits.append((row["text"], list(expected_of(row)), hit))
    return hits


def test_a_row_hardly_ever_answers_a_held_out_question_otherwise(found):
    wrong = [(text, hit) for text, wanted, hit in found if not _agrees(hit, wanted)]
    assert len(wrong) <= MOST_WRONG * len(list(_questions())), wrong


def test_the_rows_do_fire_on_held_out_questions(found):
    assert len(found) >= 10


def _questions() -> Iterator[dict]:
    yield from SETS["single"]
    for conversation in SETS["conversations"]:
        yield from conversation["turns"]


def _agrees(hit: Found, wanted: list[str]) -> bool:
    return bool({hit.answer, hit.topic} & set(wanted))
