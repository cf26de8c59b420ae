"""Danger, measured on messages that nobody who built the detector had seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

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


def test_no_sealed_message_is_a_training_wording():
    wordings = set()
    for path in (PROJECT_ROOT / "data").glob("nlu*.yml"):
        for row in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            lines = (row.get("examples") or "").splitlines()
            wordings |= {_plain(line.removeprefix("- ")) for line in lines}
    sealed = {_plain(text) for texts in load_messages().values() for text in texts}
    assert sealed & wordings == set()


def test_every_training_message_of_danger_says_one_thing_only():
    text = (PROJECT_ROOT / "data" / "nlu_safety.yml").read_text(encoding="utf-8")
    lines = [_plain(line) for line in text.splitlines() if line.startswith("    - ")]
    assert [line for line, n in Counter(lines).items() if n > 1] == []


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


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
