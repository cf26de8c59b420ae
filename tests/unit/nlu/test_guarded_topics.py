"""A phrase chooses the curated answer, unless there is danger or a person is wanted."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.guarded_files import FILE
from clinicbot.nlu.confidence_bands import BAND
from clinicbot.nlu.guarded_topics import GuardedTopics
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from tests.unit.nlu.rasa_side import understood

ROWS = """\
rows:
- class: pregnancy
  topic: ask_suitability
  answers:
  - {subject: finasteride, answer: ask_suitability/finasteride}
  - {answer: ask_suitability/pregnancy}
  any: ["i'm pregnant"]
- {class: identity, topic: ask_identity, any: ["is this a nurse"]}
"""
FINASTERIDE = {"entity": "subject", "value": "finasteride"}


@pytest.fixture
def both(graph, tmp_path):
    (tmp_path / FILE).write_text(ROWS)
    return graph.trained(GuardedTopics, TrainingData([]), content=str(tmp_path))


def test_a_phrase_sets_topic_band_and_answer_before_and_after_loading(both):
    for component in both:
        message = understood("nlu_fallback", 0.1, **{TEXT: "I'm Pregnant, ok?", BAND: "none"})
        component.process([message])
        assert message.get(INTENT) == {"name": "ask_suitability", "confidence": 1.0}
        assert message.get(BAND) == "answer"
        answer = {"entity": "answer_id", "value": "ask_suitability/pregnancy"}
        assert message.get(ENTITIES) == [answer]


def test_the_answer_is_about_the_subject_named_and_the_subject_stays(both):
    message = understood("ask_safety", **{TEXT: "i'm pregnant", ENTITIES: [FINASTERIDE]})
    both[1].process([message])
    answer = {"entity": "answer_id", "value": "ask_suitability/finasteride"}
    assert message.get(ENTITIES) == [FINASTERIDE, answer]


def test_a_phrase_is_also_found_after_spelling_correction(both):
    words = {TEXT: "i'm pregnnt", CORRECTED_TEXT: "i'm pregnant"}
    message = understood("ask_safety", **words)
    both[0].process([message])
    assert message.get(INTENT)["name"] == "ask_suitability"


def test_a_row_without_answers_sets_the_intent_alone(both):
    message = understood("ask_staff", **{TEXT: "is this a nurse?"})
    both[0].process([message])
    assert message.get(INTENT)["name"] == "ask_identity"
    assert message.get(ENTITIES) is None


@pytest.mark.parametrize(
    "intent", ["safety_emergency", "safety_minor", "request_human", "cancel", "ask_privacy"]
)
def test_danger_and_whoever_wants_a_person_come_first(both, intent):
    message = understood(intent, 0.9, **{TEXT: "i'm pregnant"})
    both[1].process([message])
    assert message.get(INTENT) == {"name": intent, "confidence": 0.9}
    assert message.get(ENTITIES) is None


@pytest.mark.parametrize("data", [{}, {TEXT: ""}, {TEXT: "how does it work"}])
def test_other_messages_stay_as_they_are(both, data):
    for component in both:
        message = Message(dict(data))
        component.process([message])
        assert message.as_dict() == Message(dict(data)).as_dict()


def test_an_untrained_component_finds_nothing(graph):
    message = understood("ask_price", **{TEXT: "i'm pregnant"})
    graph.create(GuardedTopics).process([message])
    assert message.get(INTENT)["name"] == "ask_price"


def test_other_phrases_ask_for_a_new_training(both, tmp_path):
    before = GuardedTopics.fingerprint_addon({"content": str(tmp_path)})
    (tmp_path / FILE).write_text(ROWS + "# more\n")
    assert GuardedTopics.fingerprint_addon({"content": str(tmp_path)}) != before
