"""The speller as a Rasa component."""

from __future__ import annotations

import pytest
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT, UNKNOWN_WORDS, SpellingCorrector
from tests.unit.nlu.rasa_side import with_tokens


def training_data() -> TrainingData:
    texts = ("how many sessions are there", "sessions", "sessions please")
    examples = [with_tokens(text) for text in texts]
    for example in examples:
        example.set(INTENT, "ask_downtime")
    return TrainingData(examples)


@pytest.fixture
def both(graph, content_folder):
    """The trained component and the one loaded from what it stored."""
    return graph.trained(SpellingCorrector, training_data(), content=content_folder)


def corrected(component, text: str) -> Message:
    (message,) = component.process([with_tokens(text)])
    return message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("microneedeling", "microneedling"),
        ("Exosoms", "exosomes"),
        ("hw many sesions", "how many sessions"),
        ("wot is prp ?", "what is prp ?"),
    ],
)
def test_text_and_tokens_are_corrected_before_and_after_loading(both, text, meant):
    for component in both:
        message = corrected(component, text)
        assert message.get(CORRECTED_TEXT) == meant
        assert " ".join(token.text for token in message.get(TOKENS_NAMES[TEXT])) == meant


def test_what_the_visitor_typed_stays_as_it_was(both):
    message = corrected(both[0], "Exosoms ?")
    assert message.get(TEXT) == "Exosoms ?"
    assert [(t.start, t.end) for t in message.get(TOKENS_NAMES[TEXT])] == [(0, 7), (8, 9)]


def test_words_that_nobody_knows_are_reported(both):
    for component in both:
        assert corrected(component, "sessions of zzmesolift").get(UNKNOWN_WORDS) == ["zzmesolift"]
        assert corrected(component, "sessions of prp").get(UNKNOWN_WORDS) == []


def test_too_short_a_word_is_not_reported(both):
    assert corrected(both[0], "zzx").get(UNKNOWN_WORDS) == []


def test_a_message_without_words_is_left_alone(both):
    (message,) = both[1].process([Message({TEXT: ""})])
    assert message.get(CORRECTED_TEXT) is None


def test_other_aliases_ask_for_a_new_training(content_folder):
    before = SpellingCorrector.fingerprint_addon({"content": content_folder})
    with open(f"{content_folder}/subjects.yml", "a") as file:
        file.write("# more\n")
    assert SpellingCorrector.fingerprint_addon({"content": content_folder}) != before
