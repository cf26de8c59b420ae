"""The answer model as a Rasa component."""

from __future__ import annotations

import json

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.answer_classifier import ANSWER_RANKING, SIMILARITY, AnswerClassifier
from tests.unit.nlu.rasa_side import featurized

LABELS = ("ask_downtime/prp", "ask_downtime/exosomes", "ask_sessions/prp", "greet")
SMALL = {"char_components": 3}


def features_of(label: str, dense: bool) -> tuple:
    place = LABELS.index(label)
    one = [1.0 if place == i else 0.0 for i in range(4)]
    return (one if dense else None), [1 + 2 * x for x in one]


def data(dense: bool = True) -> TrainingData:
    return TrainingData(
        [featurized(*features_of(label, dense), label) for label in LABELS for _ in range(5)]
    )


@pytest.mark.parametrize("dense", [True, False], ids=["with encoder", "without encoder"])
@pytest.mark.parametrize("label", LABELS)
def test_intent_and_answer_are_found_alike_before_and_after_loading(graph, dense, label):
    outputs = []
    for component in graph.trained(AnswerClassifier, data(dense), **SMALL):
        (message,) = component.process([featurized(*features_of(label, dense))])
        assert message.get(INTENT)["name"] == label.split("/")[0]
        assert message.get(ANSWER_RANKING)[0]["id"] == label
        outputs.append(message.as_dict(only_output_properties=True))
    assert outputs[0] == outputs[1]


def test_rankings_are_in_order_and_as_long_as_asked(graph):
    component, _ = graph.trained(AnswerClassifier, data(), ranking_length=2, **SMALL)
    (message,) = component.process([featurized(*features_of("greet", True))])
    for key in (INTENT_RANKING_KEY, ANSWER_RANKING):
        confidences = [row["confidence"] for row in message.get(key)]
        assert len(confidences) == 2
        assert confidences == sorted(confidences, reverse=True)
    assert message.get(INTENT) == message.get(INTENT_RANKING_KEY)[0]


def test_an_empty_message_has_no_intent(graph):
    for component in graph.trained(AnswerClassifier, data(), **SMALL):
        (message,) = component.process([Message({TEXT: ""})])
        assert message.get(INTENT) == {"name": None, "confidence": 0.0}
        assert (message.get(ANSWER_RANKING), message.get(SIMILARITY)) == ([], 0.0)


def test_a_component_that_never_learnt_is_sure_of_nothing(graph):
    (message,) = graph.create(AnswerClassifier).process([featurized([1.0], [1.0])])
    assert message.get(INTENT)["confidence"] == 0.0


def test_one_answer_alone_is_nothing_to_tell_apart_and_loading_still_works(graph):
    one = TrainingData([featurized([1.0], [1.0], "greet")])
    for component in graph.trained(AnswerClassifier, one, **SMALL):
        (message,) = component.process([featurized([1.0], [1.0])])
        assert message.get(INTENT)["confidence"] == 0.0


def test_what_is_written_is_plain_json(graph):
    component, _ = graph.trained(AnswerClassifier, data(), **SMALL)
    (message,) = component.process([featurized(*features_of("greet", True))])
    assert json.dumps(message.as_dict(only_output_properties=True))
