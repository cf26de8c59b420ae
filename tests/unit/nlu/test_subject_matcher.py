"""Wording to subject ids, after spelling correction."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.spelling_corrector import SpellingCorrector
from clinicbot.nlu.subject_matcher import BARE_SUBJECT, SubjectMatcher
from tests.unit.nlu.rasa_side import with_tokens


@pytest.fixture
def pipelines(graph, content_folder):
    """Correction and matching, trained and loaded."""
    empty = TrainingData([])
    correctors = graph.trained(SpellingCorrector, empty, content=content_folder)
    matchers = graph.trained(SubjectMatcher, empty, content=content_folder)
    return list(zip(correctors, matchers, strict=True))


def understood(pipeline, text: str) -> Message:
    messages = [with_tokens(text)]
    for component in pipeline:
        messages = component.process(messages)
    return messages[0]


def subjects(message: Message) -> list[str]:
    return [entity["value"] for entity in message.get(ENTITIES, [])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how long is the downtime for PRP", ["prp"]),
        ("microneedeling", ["microneedling"]),
        ("exosoms", ["exosomes"]),
        ("a vampire facial or a laser cap", ["prp", "laser"]),
        ("prp prp", ["prp", "prp"]),
        ("botox", []),
    ],
)
def test_subjects_are_found_despite_their_spelling(pipelines, text, found):
    for pipeline in pipelines:
        assert subjects(understood(pipeline, text)) == found


def test_an_entity_says_where_in_the_visitors_own_text_it_stands(pipelines):
    (entity,) = understood(pipelines[0], "about exosoms ?").get(ENTITIES)
    assert "about exosoms ?"[entity["start"] : entity["end"]] == "exosoms"
    assert (entity["entity"], entity["extractor"]) == ("subject", "SubjectMatcher")


@pytest.mark.parametrize("text", ["prp", "and exosomes ?", "wot about the laser", "prp stress"])
def test_a_message_of_a_subject_and_fillers_is_bare(pipelines, text):
    for pipeline in pipelines:
        assert understood(pipeline, text).get(BARE_SUBJECT) is True


@pytest.mark.parametrize("text", ["does prp hurt", "what about the", "hello"])
def test_a_message_that_says_more_or_names_nothing_is_not_bare(pipelines, text):
    assert understood(pipelines[1], text).get(BARE_SUBJECT) is False


def test_entities_found_before_are_kept(pipelines):
    corrector, matcher = pipelines[0]
    (message,) = corrector.process([with_tokens("prp")])
    message.set(ENTITIES, [{"entity": "other", "value": "x"}])
    matcher.process([message])
    assert [e["value"] for e in message.get(ENTITIES)] == ["x", "prp"]


def test_a_message_without_words_has_no_subject(pipelines):
    assert subjects(understood(pipelines[1], "")) == []


def test_a_correction_to_two_words_loses_no_subject(pipelines):
    """content/spellings.yml may give two words for one typed."""
    assert subjects(understood(pipelines[0], "micro and prp")) == ["microneedling", "prp"]


def test_other_aliases_ask_for_a_new_training(content_folder):
    before = SubjectMatcher.fingerprint_addon({"content": content_folder})
    with open(f"{content_folder}/subjects.yml", "a") as file:
        file.write("# more\n")
    assert SubjectMatcher.fingerprint_addon({"content": content_folder}) != before
