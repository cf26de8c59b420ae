"""After a message of danger: its text, then any form ends, then listen."""

from __future__ import annotations

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.nlu.safety_policy import SafetyPolicy, recent_intents
from tests.unit.nlu.rasa_side import Graph

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [safety_emergency, safety_private_data, safety_distress, safety_minor, ask_price,
              nlu_fallback, affirm, book]
    slots:
      name: {type: text, mappings: [{type: from_text}]}
      contact: {type: text, mappings: [{type: from_text}]}
      danger: {type: text, mappings: [{type: custom}]}
      recent_danger: {type: text, mappings: [{type: custom}]}
    forms: {callback_form: {required_slots: [name, contact]}}
    responses:
      utter_safety_emergency: [{text: Call 911.}]
      utter_safety_emergency_again: [{text: Call 911 now.}]
      utter_safety_private_data: [{text: Share none.}]
      utter_safety_distress: [{text: Sorry.}]
      utter_safety_minor: [{text: Parents call.}]
      utter_safety_minor_again: [{text: Parents call.}]
      utter_ask_name: [{text: Your name.}]
    """
)
CONFIG = {
    "keeps_form": ["safety_private_data"],
    "personal_slots": ["name", "contact"],
    "repeats": ["emergency"],
    "repeated_on": ["nlu_fallback"],
    "fragments": ["affirm"],
    "takes_no_request": ["minor"],
    "requests": ["book"],
}


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
NUMBER = message("safety_private_data")
REFUSED = ActionExecuted("utter_safety_private_data")
PRICE, UNCLEAR, YES = message("ask_price"), message("nlu_fallback"), message("affirm")
FORM = (message("book"), ActiveLoop("callback_form"), SlotSet("requested_slot", "name"))
AGAIN = "utter_safety_emergency_again"


@pytest.fixture(params=["made", "loaded"])
def policy(request, graph: Graph) -> SafetyPolicy:
    made = graph.create(SafetyPolicy, **CONFIG)
    assert made.train([], DOMAIN) == Resource("SafetyPolicy")
    return made if request.param == "made" else graph.load(SafetyPolicy, **CONFIG)


def test_the_text_comes_first(policy):
    assert action(policy, DANGER) == "utter_safety_emergency"


def test_after_the_text_the_bot_listens(policy):
    assert action(policy, DANGER, TOLD) == "action_listen"


def test_a_form_under_way_ends_after_the_text(policy):
    assert action(policy, *FORM, DANGER) == "utter_safety_emergency"
    assert action(policy, *FORM, DANGER, TOLD) == "action_deactivate_loop"
    ended = (ActionExecuted("action_deactivate_loop"), ActiveLoop(None))
    assert action(policy, *FORM, DANGER, TOLD, *ended) == "action_listen"


def test_the_text_is_told_again_when_danger_is_told_again(policy):
    again = (DANGER, TOLD, ActionExecuted("action_listen"), DANGER)
    assert action(policy, *again) == "utter_safety_emergency"


def test_any_other_message_is_left_to_the_other_policies(policy):
    assert action(policy, PRICE) is None
    assert action(policy, UNCLEAR) is None
    assert action(policy) is None


def test_its_prediction_outranks_an_active_form(policy):
    assert predicted(policy, ActiveLoop("callback_form"), DANGER).policy_priority > 6


# What the visitor told about themselves.


def test_danger_forgets_what_was_given_without_any_action(policy):
    given = (*FORM, SlotSet("name", "Jane Doe"))
    prediction = predicted(policy, *given, DANGER)
    assert prediction.optional_events == [SlotSet("name", None)]


def test_nothing_is_forgotten_where_nothing_was_given_or_there_is_no_danger(policy):
    assert predicted(policy, *FORM, DANGER).optional_events == []
    assert predicted(policy, SlotSet("name", "Jane"), PRICE).optional_events == []


def test_after_private_data_the_form_goes_on_with_the_same_question(policy):
    given = (*FORM[:2], SlotSet("contact", "jane@example.com"), FORM[2])
    assert action(policy, *given, NUMBER) == "utter_safety_private_data"
    assert action(policy, *given, NUMBER, REFUSED) == "utter_ask_name"
    asked = (REFUSED, ActionExecuted("utter_ask_name"))
    assert action(policy, *given, NUMBER, *asked) == "action_listen"
    assert predicted(policy, *given, NUMBER).optional_events == []


def test_private_data_outside_a_form_gets_its_text_alone(policy):
    assert action(policy, NUMBER, REFUSED) == "action_listen"


# Right after a danger.


@pytest.mark.parametrize("words", [UNCLEAR, YES])
def test_what_is_no_clear_question_gets_the_help_again(policy, words):
    assert action(policy, DANGER, TOLD, words) == AGAIN
    assert action(policy, DANGER, TOLD, words, ActionExecuted(AGAIN)) == "action_listen"


def test_a_clear_question_is_answered(policy):
    assert action(policy, DANGER, TOLD, PRICE) is None


def test_a_yes_to_an_answer_given_since_belongs_to_that_answer(policy):
    assert action(policy, DANGER, PRICE, YES) is None
    assert action(policy, DANGER, PRICE, UNCLEAR) == AGAIN
    assert action(policy, DANGER, UNCLEAR, YES) == AGAIN


def test_only_the_last_two_messages_count(policy):
    assert action(policy, DANGER, PRICE, PRICE, UNCLEAR) is None
    assert action(policy, DANGER, UNCLEAR, UNCLEAR, UNCLEAR) is None


def test_other_dangers_are_not_repeated(policy):
    assert action(policy, message("safety_distress"), UNCLEAR) is None


def test_a_danger_told_just_before_this_session_counts(policy):
    assert action(policy, SlotSet("recent_danger", "emergency"), UNCLEAR) == AGAIN
    assert action(policy, SlotSet("recent_danger", "emergency"), PRICE, UNCLEAR) == AGAIN
    assert action(policy, SlotSet("recent_danger", "emergency"), PRICE, PRICE, UNCLEAR) is None
    assert action(policy, SlotSet("danger", "emergency"), UNCLEAR) is None


def test_a_name_given_in_a_form_begun_after_the_danger_is_no_unclear_message(policy):
    assert action(policy, DANGER, TOLD, *FORM, UNCLEAR) is None


# Minors.


def test_no_request_is_taken_once_a_minor_was_spoken_of(policy):
    minor = (message("safety_minor"), SlotSet("danger", "minor"))
    assert action(policy, *minor, message("book")) == "utter_safety_minor_again"
    assert action(policy, *minor, PRICE) is None
    later = (message("safety_distress"), SlotSet("danger", "distress"))
    assert action(policy, *minor, *later, message("book")) == "utter_safety_minor_again"
    assert action(policy, SlotSet("danger", "minor"), message("book")) == "utter_safety_minor_again"
    assert action(policy, SlotSet("danger", "emergency"), message("book")) is None


def test_a_number_typed_after_a_minor_was_spoken_of_is_forgotten(policy):
    typed = (SlotSet("danger", "minor"), message("book"), SlotSet("contact", "614-889-1234"))
    assert predicted(policy, *typed).optional_events == [SlotSet("contact", None)]


def test_recent_intents_are_the_latest_first():
    events = [DANGER, TOLD, PRICE, YES]
    tracker = DialogueStateTracker.from_events("c", events, DOMAIN.slots)
    assert recent_intents(tracker, 2) == ["affirm", "ask_price"]
