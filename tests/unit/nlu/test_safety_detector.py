"""Phrases outrank what was learnt; unlikely learnt danger gives way."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.safety_detector import SafetyDetector
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from tests.unit.nlu.rasa_side import understood


@pytest.fixture
def both(graph, content_folder):
    config = {"content": content_folder, "learnt_threshold": 0.6}
    return graph.trained(SafetyDetector, TrainingData([]), **config)


def intent_of(component, message: Message) -> dict:
    component.process([message])
    return message.get(INTENT)


def test_a_phrase_outranks_any_other_intent_before_and_after_loading(both):
    for component in both:
        message = understood("ask_price", 0.99, **{TEXT: "price? also I have Chest Pain"})
        assert intent_of(component, message) == {"name": "safety_emergency", "confidence": 1.0}


def test_a_phrase_is_also_found_after_spelling_correction(both):
    words = {TEXT: "chst pain", CORRECTED_TEXT: "chest pain"}
    assert intent_of(both[1], understood("ask_price", **words))["name"] == "safety_emergency"


def test_an_excused_phrase_leaves_the_intent(both):
    message = understood("ask_safety", 0.9, **{TEXT: "can it cause chest pain"})
    assert intent_of(both[0], message)["name"] == "ask_safety"


def test_learnt_danger_counts_where_it_is_likely(both):
    message = understood("safety_self_harm", 0.7, **{TEXT: "words without a phrase"})
    assert intent_of(both[0], message) == {"name": "safety_self_harm", "confidence": 0.7}


def test_unlikely_learnt_danger_gives_way_to_the_next_intent(both):
    message = understood("safety_self_harm", 0.55, **{TEXT: "words without a phrase"})
    assert intent_of(both[0], message)["name"] == "ask_other"


@pytest.mark.parametrize("data", [{}, {TEXT: ""}])
def test_an_empty_message_is_no_danger(both, data):
    for component in both:
        assert intent_of(component, Message(dict(data))) is None


def test_an_untrained_detector_finds_nothing(graph):
    message = understood("ask_price", **{TEXT: "chest pain"})
    assert intent_of(graph.create(SafetyDetector), message)["name"] == "ask_price"


def test_other_phrases_ask_for_a_new_training(content_folder):
    before = SafetyDetector.fingerprint_addon({"content": content_folder})
    with open(f"{content_folder}/safety_patterns.yml", "a") as file:
        file.write("# more\n")
    assert SafetyDetector.fingerprint_addon({"content": content_folder}) != before
