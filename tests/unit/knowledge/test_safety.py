"""Danger by phrases."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.content_files import load_safety_classes
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.settings import PROJECT_ROOT

TINY = SafetyPatterns(
    [
        {"intent": "safety_emergency", "any": [r"\bchest pain\b"], "unless": [r"^can\b"]},
        {"intent": "safety_self_harm", "any": [r"\bkms\b", r"can'?t go on"]},
    ]
)
REAL = SafetyPatterns(load_safety_classes(PROJECT_ROOT / "content"))


def test_one_matching_phrase_is_enough():
    assert TINY.find("i have chest pain") == "safety_emergency"
    assert TINY.find("i can't go on") == "safety_self_harm"


def test_an_excuse_silences_its_own_class_only():
    assert TINY.find("can PRP cause chest pain?") is None
    assert TINY.find("can it cause chest pain? kms") == "safety_self_harm"


def test_the_graver_class_wins_where_two_fire():
    assert TINY.find("kms and chest pain") == "safety_emergency"


def test_a_class_without_excuses_always_fires():
    assert TINY.find("can I kms") == "safety_self_harm"


def test_capitals_and_curly_apostrophes_make_no_difference():
    assert TINY.find("I CAN’T GO ON") == "safety_self_harm"


def test_nothing_fires_on_an_empty_text():
    assert TINY.find("") is None
    assert SafetyPatterns([]).find("chest pain") is None


def test_the_real_classes_stand_in_the_order_of_their_gravity():
    assert REAL.intents == ("safety_emergency", "safety_self_harm", "safety_urgent")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I have chest pain and I can't catch my breath", "safety_emergency"),
        ("my throat is swelling up", "safety_emergency"),
        ("my lips and tongue are swelling since the injection", "safety_emergency"),
        ("I want to kill myself", "safety_self_harm"),
        ("thinking of kms lol", "safety_self_harm"),
        ("since finasteride I've been having suicidal thoughts", "safety_self_harm"),
        ("there's pus coming out of my scalp and I have a fever", "safety_urgent"),
    ],
)
def test_the_real_phrases_find_danger(text, intent):
    assert REAL.find(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "my follicles are dying",
        "can PRP cause an allergic reaction?",
        "how long is the downtime?",
        "can exosomes cause shortness of breath?",
        "would it hurt?",
    ],
)
def test_the_real_phrases_leave_questions_alone(text):
    assert REAL.find(text) is None
