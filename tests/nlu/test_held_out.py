"""Understanding, measured on questions that the model was never trained on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from bench.held_out import RIGHT, WRONG, Parse, Tally, evaluate, expected_of, load_sets, make_parse
from clinicbot.checking.wordings import find_overlaps, read_wordings
from clinicbot.knowledge.content_files import load_content
from clinicbot.services.answering import AnsweringService
from clinicbot.settings import PROJECT_ROOT

FOLDER = Path(__file__).parent
FLOORS = yaml.safe_load((FOLDER / "floors.yml").read_text(encoding="utf-8"))
SETS = load_sets()


@pytest.fixture(scope="module")
def parse(trained_model: Path) -> Parse:
    return make_parse(trained_model)


@pytest.fixture(scope="module")
def tallies(parse: Parse) -> Mapping[str, Tally]:
    service = AnsweringService(load_content(PROJECT_ROOT / "content"))
    return evaluate(parse, service, SETS)


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(FLOORS["right"]))
def test_as_many_are_right_as_before(tallies, name):
    share = 100 * tallies[name].share(RIGHT)
    assert share >= FLOORS["right"][name], tallies[name].misses


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(FLOORS["wrong"]))
def test_no_more_are_wrong_than_before(tallies, name):
    share = 100 * tallies[name].share(WRONG)
    wrong = [miss for miss in tallies[name].misses if miss[0] == WRONG]
    assert share <= FLOORS["wrong"][name], wrong


@pytest.mark.model
def test_no_topic_is_lost_altogether(tallies):
    topics = tallies["single"].by_topic
    asked = {topic: counts for topic, counts in topics.items() if sum(counts.values()) >= 8}
    shares = {topic: 100 * counts[RIGHT] / sum(counts.values()) for topic, counts in asked.items()}
    assert {t: share for t, share in shares.items() if share < FLOORS["any_topic"]} == {}


def test_no_held_out_question_is_a_training_wording():
    wordings = read_wordings(PROJECT_ROOT / "data" / "nlu.yml")
    assert list(find_overlaps(wordings, sorted(FOLDER.glob("held_out_*.yml")))) == []


def test_every_expected_answer_exists():
    content = load_content(PROJECT_ROOT / "content")
    rows = [*SETS["single"], *(turn for c in SETS["conversations"] for turn in c["turns"])]
    wanted = {expected for row in rows for expected in expected_of(row)}
    assert {expected for expected in wanted if "/" in expected} <= set(content.answers)


@pytest.mark.model
def test_the_same_question_is_understood_the_same_twice(parse):
    questions = [row["text"] for row in SETS["single"][::25]]
    assert [parse(q) for q in questions] == [parse(q) for q in questions]


@pytest.mark.model
def test_the_order_of_questions_makes_no_difference(parse):
    questions = [row["text"] for row in SETS["single"][::25]]
    forwards = {q: parse(q) for q in questions}
    assert {q: parse(q) for q in reversed(questions)} == forwards


@pytest.mark.model
@pytest.mark.parametrize("text", ["", " ", "?", "😀", "x" * 1000, "治疗要多少钱", "\u200b"])
def test_any_text_is_understood_as_something(parse, text):
    found = parse(text)
    assert found["intent"]["name"]
    assert found["band"] in {"answer", "clarify", "none"}
