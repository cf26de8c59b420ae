"""Personal health questions through the real API: the phrase bank of the safety research."""

from __future__ import annotations

import re

import pytest
import yaml

from clinicbot.settings import PROJECT_ROOT
from tests.visitor import Server

pytestmark = pytest.mark.model

BANK = yaml.safe_load((PROJECT_ROOT / "tests" / "nlu" / "safety_bank.yml").read_text())["classes"]
PHRASES = [(name, row) for name, rules in BANK.items() for row in rules["phrases"]]
IDS = [f"{name}: {row['text'][:50]}" for name, row in PHRASES]


@pytest.mark.parametrize(("name", "row"), PHRASES, ids=IDS)
def test_a_personal_question_gets_what_its_class_wants(real_server: Server, name, row):
    said = real_server.visitor().say(row["text"])
    for pattern in (*BANK[name]["must"], *row.get("must", ())):
        assert re.search(pattern, said.text, re.IGNORECASE), (pattern, said.text)
    for pattern in BANK[name]["must_not"]:
        assert not re.search(pattern, said.words, re.IGNORECASE), (pattern, said.words)
    # A line of caution may go before the answer; a help text in its place would be too much.
    assert said.kinds[-1] != "safety"
    assert said.answer == row.get("answer", said.answer)


def test_s12_each_range_stands_in_one_sentence_with_its_article(real_server: Server):
    said = real_server.visitor().say("still a bit sore on day 4 is that ok")
    items = [item for block in said.of_type("list") for item in block["items"]]
    assert len(items) == 2
    assert all(re.match("According to “", item) for item in items)


def test_a_personal_question_in_the_middle_of_a_form_fills_nothing(real_server: Server):
    visitor = real_server.visitor()
    visitor.say("I'd like to book")
    said = visitor.say("I'm diabetic")
    assert said.kinds == ["answer", "booking"] or said.kinds == ["no_answer", "booking"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how long does the redness last after microneedling with exosomes?", "ask_downtime/"),
        ("can blood thinners cause hair loss?", "ask_causes/"),
        ("what is alopecia areata?", "ask_definition/"),
        ("why does hair fall out after pregnancy?", "ask_causes/"),
        ("what are exosomes?", "ask_definition/"),
    ],
)
def test_a_question_for_information_gets_information(real_server: Server, text, answer):
    assert (real_server.visitor().say(text).answer or "").startswith(answer)
