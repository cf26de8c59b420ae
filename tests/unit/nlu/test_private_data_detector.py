"""Card and ID numbers get their own reply; graver danger comes first."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from clinicbot.nlu.contact_detector import ContactDetector
from clinicbot.nlu.private_data_detector import PRIVATE_DATA, PrivateDataDetector
from tests.unit.nlu.rasa_side import understood

SSN = "my ssn is 123-45-6789"


def detected(graph, message: Message) -> str | None:
    for kind in (PrivateDataDetector, ContactDetector):
        graph.create(kind).process([message])
    return (message.get(INTENT) or {}).get("name")


@pytest.mark.parametrize(
    "intent", ["ask_price", "nlu_fallback", "safety_minor", "safety_distress", "safety_threat"]
)
def test_private_data_outranks_questions_and_less_grave_danger(graph, intent):
    assert detected(graph, understood(intent, **{TEXT: SSN})) == PRIVATE_DATA


@pytest.mark.parametrize(
    "intent",
    ["safety_emergency", "safety_self_harm", "safety_urgent", "safety_drug_reaction"],
)
def test_graver_danger_comes_first(graph, intent):
    assert detected(graph, understood(intent, **{TEXT: SSN})) == intent


def test_a_number_alone_is_still_a_request_to_be_called_back(graph):
    assert detected(graph, understood("out_of_scope", **{TEXT: "614-889-1234"})) == (
        "request_callback"
    )


def test_the_number_of_a_sick_relative_starts_no_call_back(graph):
    text = "my wife Mary Smith is on antidepressants, her number is 614-889-1234"
    assert detected(graph, understood("ask_suitability", **{TEXT: text})) == PRIVATE_DATA


@pytest.mark.parametrize("data", [{}, {TEXT: ""}, {TEXT: None}])
def test_an_empty_message_holds_nothing(graph, data):
    assert detected(graph, Message(dict(data))) is None
