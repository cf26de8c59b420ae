"""Two detectors of danger, and what happens where they differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.errors import ContentError
from clinicbot.nlu.safety_detector import CAUTION, SafetyDetector
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from tests.unit.nlu.rasa_side import understood


class Learnt:
    """What was learnt, said by the test."""

    def __init__(self, **likely: float) -> None:
        self.likely = {f"safety_{name}": p for name, p in likely.items()}

    def probabilities(self, text, dense):
        return self.likely


@pytest.fixture
def both(graph, content_folder):
    """Without a single wording of danger: phrases decide alone."""
    return graph.trained(SafetyDetector, TrainingData([]), content=content_folder)


@pytest.fixture
def detector(graph, content_folder):
    made, _ = graph.trained(SafetyDetector, TrainingData([]), content=content_folder)
    return made


def intent_of(component, message: Message) -> dict:
    component.process([message])
    return message.get(INTENT)


def judged(detector, text: str, sure: float = 0.5, **likely: float) -> tuple[str, str | None]:
    """Intent and caution for a text, with these learnt probabilities; `sure` is how likely it
    is an ordinary question."""
    detector._model = Learnt(**likely)
    message = understood("ask_price", sure, **{TEXT: text})
    return intent_of(detector, message)["name"], message.get(CAUTION)


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


def test_learnt_danger_fires_without_a_phrase(detector):
    found = judged(detector, "goodbye everyone", emergency=0.01, self_harm=0.5, urgent=0.01)
    assert found == ("safety_self_harm", None)


def test_dangers_that_are_likely_only_together_fire_too(detector):
    found = judged(detector, "odd words", emergency=0.14, self_harm=0.0, urgent=0.12)
    assert found == ("safety_emergency", None)


@pytest.mark.parametrize(
    ("text", "danger", "expected"),
    [
        ("odd words", 0.4, ("ask_price", "safety_emergency")),
        ("odd words", 0.5, ("safety_emergency", None)),
        ("chest pain", 0.4, ("safety_emergency", None)),
    ],
)
def test_what_is_surely_a_question_needs_a_phrase_or_more_danger(detector, text, danger, expected):
    assert judged(detector, text, 0.7, emergency=danger, self_harm=0.0, urgent=0.0) == expected


def test_a_phrase_fires_where_what_was_learnt_is_unsure(detector):
    found = judged(detector, "chest pain", emergency=0.15, self_harm=0.0, urgent=0.0)
    assert found == ("safety_emergency", None)


def test_a_phrase_that_is_nearly_surely_harmless_asks_for_caution(detector):
    found = judged(detector, "chest pain", emergency=0.02, self_harm=0.0, urgent=0.0)
    assert found == ("ask_price", "safety_emergency")


def test_possible_danger_without_a_phrase_asks_for_caution(detector):
    found = judged(detector, "odd words", emergency=0.05, self_harm=0.15, urgent=0.0)
    assert found == ("ask_price", "safety_self_harm")


def test_the_graver_of_phrase_and_learnt_wins(detector):
    found = judged(detector, "chest pain and pus", emergency=0.1, self_harm=0.0, urgent=0.8)
    assert found == ("safety_emergency", None)


@pytest.mark.parametrize("text", ["odd words", "chest pain"])
def test_another_danger_that_is_likely_wins_over_a_mere_possibility(detector, text):
    found = judged(detector, text, emergency=0.2, self_harm=0.0, urgent=0.0, drug_reaction=0.9)
    assert found == ("safety_drug_reaction", None)


def test_a_phrase_beside_a_lesser_danger_asks_for_caution_too(detector):
    found = judged(detector, "chest pain", emergency=0.2, self_harm=0.0, urgent=0.0, minor=0.9)
    assert found == ("safety_minor", "safety_emergency")


def test_an_ordinary_message_stays_what_it_is(detector):
    found = judged(detector, "how much", emergency=0.05, self_harm=0.03, urgent=0.0, minor=0.2)
    assert found == ("ask_price", None)


@pytest.mark.parametrize("data", [{}, {TEXT: ""}])
def test_an_empty_message_is_no_danger(both, data):
    for component in both:
        assert intent_of(component, Message(dict(data))) is None


def test_an_untrained_detector_finds_nothing(graph):
    message = understood("ask_price", **{TEXT: "chest pain"})
    assert intent_of(graph.create(SafetyDetector), message)["name"] == "ask_price"


def test_it_learns_from_messages_of_danger_and_from_wordings(graph, content_folder):
    Path(content_folder, "danger_wordings.yml").write_text(
        "emergency:\n- the room goes round and round, please come\n"
        "harmless:\n- the room was round and nice\n"
    )
    wordings = [
        ("please come, everything goes round", "safety_emergency"),
        ("how much is it", "ask_price"),
        ("what does it cost", "ask_price"),
    ]
    data = TrainingData([Message({TEXT: text, INTENT: intent}) for text, intent in wordings])
    for component in graph.trained(SafetyDetector, data, content=content_folder):
        asked = understood("ask_price", **{TEXT: "please come, the room goes round"})
        assert intent_of(component, asked)["name"] == "safety_emergency"
        price = understood("ask_price", **{TEXT: "what is the cost"})
        assert intent_of(component, price)["name"] == "ask_price"


@pytest.mark.parametrize("file", ["safety_patterns.yml", "danger_wordings.yml"])
def test_a_change_in_what_it_learns_from_asks_for_a_new_training(content_folder, file):
    before = SafetyDetector.fingerprint_addon({"content": content_folder})
    with open(f"{content_folder}/{file}", "a") as opened:
        opened.write("# more\n")
    assert SafetyDetector.fingerprint_addon({"content": content_folder}) != before


def test_without_the_messages_of_danger_nothing_is_trained(graph, content_folder):
    Path(content_folder, "danger_wordings.yml").unlink()
    with pytest.raises(ContentError, match="danger_wordings"):
        graph.trained(SafetyDetector, TrainingData([]), content=content_folder)
