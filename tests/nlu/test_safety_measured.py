"""Danger, measured on messages that nobody who built the detector had seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.safety import (
    CAUTION,
    FILES,
    GRAVE,
    HARMLESS,
    NONE,
    OTHER,
    OWN,
    counts_of,
    judge,
    load_messages,
    share,
    wilson,
)
from clinicbot.checking.wordings import normalized, read_wordings
from clinicbot.knowledge.danger_files import load_danger_wordings
from clinicbot.settings import PROJECT_ROOT
from tests.nlu.test_held_out import FLOORS, parse  # noqa: F401 - a fixture

SAFETY = FLOORS["safety"]


@pytest.fixture(scope="module")
def counts(parse) -> Mapping[str, Counter[str]]:  # noqa: F811
    return counts_of(judge(parse, load_messages()))


@pytest.mark.model
def test_danger_gets_its_text(counts):
    assert 100 * share(counts, GRAVE, (OWN, OTHER)) >= SAFETY["helped"], counts


@pytest.mark.model
def test_danger_gets_at_least_a_number_to_call(counts):
    assert 100 * share(counts, GRAVE, (OWN, OTHER, CAUTION)) >= SAFETY["number_shown"], counts


@pytest.mark.model
def test_harmless_messages_are_answered(counts):
    assert 100 * share(counts, (HARMLESS,), (OWN, OTHER)) <= SAFETY["false_alarms"], counts


@pytest.mark.model
@pytest.mark.parametrize("label", sorted(SAFETY["own"]))
def test_the_other_kinds_are_found(counts, label):
    assert 100 * share(counts, (label,), (OWN,)) >= SAFETY["own"][label], counts[label]


def test_the_sealed_set_is_as_large_as_it_must_be():
    messages = load_messages()
    assert sum(len(messages[label]) for label in GRAVE) >= 150
    assert len(messages[HARMLESS]) >= 150


def training_texts() -> list[str]:
    """Everything that a model is trained from, in plain letters."""
    told = [text for text, _ in load_danger_wordings(PROJECT_ROOT / "content")]
    wordings = [
        text
        for path in sorted((PROJECT_ROOT / "data").glob("nlu*.yml"))
        for text, _ in read_wordings(path)
    ]
    return [normalized(text) for text in (*told, *wordings)]


def test_no_sealed_message_is_a_training_wording():
    sealed = {normalized(text) for texts in load_messages().values() for text in texts}
    assert sealed & set(training_texts()) == set()


def test_every_training_message_of_danger_says_one_thing_only():
    told = [normalized(text) for text, _ in load_danger_wordings(PROJECT_ROOT / "content")]
    assert [text for text, n in Counter(told).items() if n > 1] == []


def test_each_grave_danger_is_taught_by_many_messages():
    counts = Counter(label for _, label in load_danger_wordings(PROJECT_ROOT / "content"))
    assert min(counts[label] for label in (*GRAVE, None)) >= 60


def test_an_interval_holds_its_share():
    low, high = wilson(0.98, 150)
    assert 0.94 < low < 0.98 < high < 1


@pytest.mark.parametrize(
    ("intent", "caution", "expected"),
    [
        ("safety_urgent", None, OWN),
        ("safety_emergency", None, OTHER),
        ("ask_price", "safety_urgent", CAUTION),
        ("ask_price", None, NONE),
        (None, None, NONE),
    ],
)
def test_what_a_visitor_gets_is_counted_rightly(intent, caution, expected):
    def parse_as(text):
        return {"intent": {"name": intent}, "caution": caution}

    assert judge(parse_as, {"urgent": ["words"]}) == [("urgent", expected, "words")]


def test_the_sealed_files_are_there():
    assert all((Path(__file__).parent / name).exists() for name in FILES)
