"""Numbers and addresses ask for a call back."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from clinicbot.nlu.confidence_bands import BAND
from clinicbot.nlu.contact_detector import CONTACT, ContactDetector
from tests.unit.nlu.rasa_side import understood


def detected(graph, message: Message) -> tuple[str | None, list]:
    graph.create(ContactDetector).process([message])
    contacts = [e["value"] for e in message.get(ENTITIES, []) if e["entity"] == CONTACT]
    return (message.get(INTENT) or {}).get("name"), contacts


@pytest.mark.parametrize("text", ["614-889-1234", "you can call me on 614-889-1234"])
def test_a_short_message_with_a_number_asks_for_a_call_back(graph, text):
    message = understood("nlu_fallback", 0.1, **{TEXT: text, BAND: "none"})
    assert detected(graph, message) == ("request_callback", ["614-889-1234"])
    assert message.get(BAND) == "answer"


def test_an_address_asks_for_a_call_back(graph):
    message = understood("ask_phone", **{TEXT: "jane@example.com"})
    assert detected(graph, message) == ("request_callback", ["jane@example.com"])


def test_danger_comes_first(graph):
    message = understood("safety_emergency", **{TEXT: "chest pain, call 614-889-1234"})
    assert detected(graph, message) == ("safety_emergency", [])


def test_a_long_message_says_more_than_how_to_reach_somebody(graph):
    text = "my number is 614-889-1234 but " + "word " * 12
    assert detected(graph, understood("ask_price", **{TEXT: text})) == ("ask_price", [])


def test_figures_in_a_question_are_no_telephone_number(graph):
    text = "is 85% of men by 50 right?"
    assert detected(graph, understood("ask_prevalence", **{TEXT: text})) == ("ask_prevalence", [])


def test_entities_found_before_are_kept(graph):
    subject = {"entity": "subject", "value": "prp"}
    message = understood("ask_price", **{TEXT: "prp? 614-889-1234", ENTITIES: [subject]})
    detected(graph, message)
    assert message.get(ENTITIES)[0] == subject


@pytest.mark.parametrize("data", [{}, {TEXT: ""}, {TEXT: None}])
def test_an_empty_message_asks_for_nothing(graph, data):
    assert detected(graph, Message(dict(data))) == (None, [])
