"""After a message of danger: its text, then any form ends, then listen."""

from __future__ import annotations

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.nlu.safety_policy import SafetyPolicy
from tests.unit.nlu.rasa_side import Graph

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [safety_emergency, ask_price]
    slots: {name: {type: text, mappings: [{type: from_text}]}}
    forms: {callback_form: {required_slots: [name]}}
    responses: {utter_safety_emergency: [{text: Call 911.}]}
    """
)


def predicted(policy: SafetyPolicy, *events: object):
    tracker = DialogueStateTracker.from_events("c", list(events), DOMAIN.slots)
    return policy.predict_action_probabilities(tracker, DOMAIN)


def action(policy: SafetyPolicy, *events: object) -> str | None:
    """The action predicted, None where the policy has no opinion."""
    prediction = predicted(policy, *events)
    if prediction.max_confidence == 0:
        return None
    assert prediction.is_no_user_prediction
    return DOMAIN.action_names_or_texts[prediction.probabilities.index(1.0)]


def message(intent: str) -> UserUttered:
    return UserUttered("words", {"name": intent, "confidence": 1.0})


DANGER = message("safety_emergency")
TOLD = ActionExecuted("utter_safety_emergency")


@pytest.fixture(params=["made", "loaded"])
def policy(request, graph: Graph) -> SafetyPolicy:
    made = graph.create(SafetyPolicy)
    assert made.train([], DOMAIN) == Resource("SafetyPolicy")
    return made if request.param == "made" else graph.load(SafetyPolicy)


def test_the_text_comes_first(policy):
    assert action(policy, DANGER) == "utter_safety_emergency"


def test_after_the_text_the_bot_listens(policy):
    assert action(policy, DANGER, TOLD) == "action_listen"


def test_a_form_under_way_ends_after_the_text(policy):
    before = (message("ask_price"), ActiveLoop("callback_form"), DANGER)
    assert action(policy, *before) == "utter_safety_emergency"
    assert action(policy, *before, TOLD) == "action_deactivate_loop"
    ended = (ActionExecuted("action_deactivate_loop"), ActiveLoop(None))
    assert action(policy, *before, TOLD, *ended) == "action_listen"


def test_the_text_is_told_again_when_danger_is_told_again(policy):
    again = (DANGER, TOLD, ActionExecuted("action_listen"), DANGER)
    assert action(policy, *again) == "utter_safety_emergency"


def test_any_other_message_is_left_to_the_other_policies(policy):
    assert action(policy, message("ask_price")) is None
    assert action(policy) is None


def test_its_prediction_outranks_an_active_form(policy):
    assert predicted(policy, ActiveLoop("callback_form"), DANGER).policy_priority > 6
