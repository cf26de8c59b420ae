"""Three bands of certainty."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from clinicbot.nlu.confidence_bands import BAND, ConfidenceBands

BOUNDS = {"answer": 0.5, "answer_with_subject": 0.4, "clarify": 0.3, "margin": 0.1}
SUBJECT = {ENTITIES: [{"entity": "subject", "value": "prp"}]}


def spread(*rows: tuple[str, float], **data: object) -> Message:
    """A message whose ranking is this, the first on top."""
    ranking = [{"name": name, "confidence": confidence} for name, confidence in rows]
    return Message({INTENT: ranking[0], INTENT_RANKING_KEY: ranking, **data})


def banded(graph, message: Message) -> tuple[str, str | None]:
    graph.create(ConfidenceBands, **BOUNDS).process([message])
    return message.get(BAND), message.get(INTENT)["name"]


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.5, ("answer", "ask_downtime")),
        (0.49, ("clarify", "nlu_fallback")),
        (0.3, ("clarify", "nlu_fallback")),
        (0.29, ("none", "nlu_fallback")),
        (0.0, ("none", "nlu_fallback")),
    ],
)
def test_an_intent_is_acted_on_only_where_it_is_sure_enough(graph, confidence, expected):
    assert banded(graph, spread(("ask_downtime", confidence))) == expected


def test_two_intents_that_are_close_are_asked_about(graph):
    close = spread(("ask_downtime", 0.45), ("ask_sessions", 0.4), **SUBJECT)
    assert banded(graph, close)[0] == "clarify"
    clear = spread(("ask_downtime", 0.45), ("ask_sessions", 0.2), **SUBJECT)
    assert banded(graph, clear)[0] == "answer"
    assert banded(graph, spread(("ask_downtime", 0.52), ("ask_sessions", 0.48)))[0] == "answer"


def test_what_is_nearly_out_of_scope_is_out_of_scope(graph):
    rows = (("ask_downtime", 0.5), ("out_of_scope", 0.5))
    assert banded(graph, spread(*rows)) == ("answer", "out_of_scope")


def test_a_message_that_names_a_subject_of_ours_is_never_out_of_scope_by_a_rival(graph):
    rows = (("ask_downtime", 0.5), ("out_of_scope", 0.45))
    assert banded(graph, spread(*rows, **SUBJECT))[1] == "ask_downtime"


def test_a_message_that_names_a_subject_needs_less_certainty(graph):
    assert banded(graph, spread(("ask_downtime", 0.4), **SUBJECT))[0] == "answer"
    other = {ENTITIES: [{"entity": "callback_contact", "value": "1"}]}
    assert banded(graph, spread(("ask_downtime", 0.4), **other))[0] == "clarify"


def test_danger_is_never_replaced(graph):
    assert banded(graph, spread(("safety_emergency", 0.01))) == ("answer", "safety_emergency")


def test_a_replaced_intent_keeps_its_confidence_for_the_log(graph):
    message = spread(("ask_downtime", 0.35))
    banded(graph, message)
    assert message.get(INTENT)["confidence"] == 0.35


def test_a_message_without_intent_is_not_understood(graph):
    assert banded(graph, Message({})) == ("none", "nlu_fallback")


def test_the_defaults_stand_in_the_order_of_certainty():
    found = ConfidenceBands.get_default_config()
    assert 0 < found["clarify"] <= found["answer_with_subject"] <= found["answer"] < 1
