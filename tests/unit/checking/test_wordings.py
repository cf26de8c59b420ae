"""Answers without wordings, wordings without answers, and a held-out set that is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from clinicbot.checking.wordings import (
    LEAST_WORDINGS,
    LEAST_WORDINGS_COMMON,
    find_overlaps,
    find_wording_problems,
    normalized,
    read_wordings,
)
from tests.factories import make_content

CONTENT = make_content()


def enough() -> list[tuple[str, str]]:
    return [
        (f"wording {n} of {answer_id}", answer_id)
        for answer_id in CONTENT.answers
        for n in range(LEAST_WORDINGS_COMMON)
    ]


def test_enough_wordings_for_each_answer_are_no_problem():
    assert list(find_wording_problems(CONTENT, enough())) == []


@pytest.mark.parametrize(
    ("answer_id", "least"),
    [("ask_definition/prp", LEAST_WORDINGS), ("ask_downtime/prp", LEAST_WORDINGS_COMMON)],
)
def test_an_answer_with_too_few_wordings_is_found(answer_id, least):
    others = [row for row in enough() if row[1] != answer_id]
    few = [(f"wording {n}", answer_id) for n in range(least - 1)]
    assert list(find_wording_problems(CONTENT, others + few)) == [
        f"Answer {answer_id}: has {least - 1} wordings, needs {least}."
    ]


def test_a_label_without_an_answer_is_found_and_a_plain_intent_is_not():
    wordings = [*enough(), ("hello", "greet"), ("how is a ufo", "ask_downtime/ufo")]
    assert list(find_wording_problems(CONTENT, wordings)) == [
        "data/nlu.yml: there is no answer 'ask_downtime/ufo'."
    ]


def test_one_text_under_two_labels_is_found_whatever_its_case():
    wordings = [*enough(), ("Does it work?", "ask_definition/prp"), ("does it work", "greet")]
    (found,) = find_wording_problems(CONTENT, wordings)
    assert found == "data/nlu.yml: “does it work” stands under ask_definition/prp and under greet."


def test_a_held_out_question_that_is_trained_on_is_found(held_out):
    wordings = [("How long IS it", "ask_downtime/prp")]
    (found,) = find_overlaps(wordings, [held_out])
    assert found.startswith("held_out.yml: “how long is it?”")


def test_a_short_turn_of_a_conversation_may_be_trained_on(held_out):
    assert list(find_overlaps([("why", "ask_why")], [held_out])) == []


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    path = tmp_path / "held_out.yml"
    rows = {
        "single": [{"text": "how long is it?", "expect": "ask_downtime/prp"}],
        "conversations": [{"turns": [{"text": "why?", "expect": "ask_why"}]}],
    }
    path.write_text(yaml.safe_dump(rows))
    return path


def test_only_letters_and_digits_make_a_question_another():
    assert normalized("  What's PRP -- really?! ") == "what s prp really"
    assert normalized("2 days") != normalized("3 days")


def test_wordings_are_read_with_their_labels(tmp_path):
    path = tmp_path / "nlu.yml"
    path.write_text(
        'version: "3.1"\nnlu:\n- intent: ask_downtime/prp\n  examples: |\n'
        "    - how long?\n    - how many days\n- intent: greet\n  examples: |\n    - hi\n"
    )
    assert read_wordings(path) == [
        ("how long?", "ask_downtime/prp"),
        ("how many days", "ask_downtime/prp"),
        ("hi", "greet"),
    ]
