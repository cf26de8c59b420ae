"""Safety outranks everything, also an active form (research: a form's policy would win)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import (
    ACTION_DEACTIVATE_LOOP_NAME,
    ACTION_LISTEN_NAME,
    REQUESTED_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from clinicbot.nlu.labels import PREFIX

DANGER, RECENT_DANGER = "danger", "recent_danger"
# The danger must have been in this many visitor messages before this one to be spoken of again.
REPEATED_WITHIN = 2


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class SafetyPolicy(Policy):
    """For a safety intent: its text, then any form ends, then listen; nothing else.

    Personal slots are emptied with the text itself, by the prediction's own events: no custom
    action takes part, so all of this also happens while the actions fail.

    A message that is not understood right after a danger gets the help once more instead of a
    cold "I do not know".

    The prediction is marked as one that does not follow from the user's message as rules
    see it (`is_no_user_prediction`), which is what outranks an active form in Rasa's
    ensemble (research/production, `_pick_best_policy`).
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Above RulePolicy's 6, should two such predictions ever meet.
            "priority": 100,
            "max_history": None,
            # After these an open form goes on and keeps what it was told.
            "keeps_form": [],
            # What a visitor told about themselves, forgotten in danger.
            "personal_slots": [],
            # Values of the slot `danger` after which the help is repeated, the intents that are no
            # clear question, and those that may go on with something spoken of since.
            "repeats": [],
            "repeated_on": [],
            "fragments": [],
            "repeated_within": REPEATED_WITHIN,
            # Values of the slot `danger` after which no request is taken, and the intents that
            # would begin one.
            "takes_no_request": [],
            "requests": [],
        }

    def train(
        self,
        training_trackers: List[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        action = self._next_action(tracker, domain)
        if action is None:
            return self._prediction(probabilities)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(
            probabilities, optional_events=self._forgotten(tracker), is_no_user_prediction=True
        )

    def _next_action(self, tracker: DialogueStateTracker, domain: Domain) -> str | None:
        """What comes next after a message that is ours to answer; None after any other."""
        response = self._response(tracker)
        if response is None:
            return None
        done = _actions_since_message(tracker)
        if response not in done:
            return response
        if tracker.active_loop_name is None:
            return ACTION_LISTEN_NAME
        if _intent(tracker.latest_message) in self.config["keeps_form"]:
            asking = f"utter_ask_{tracker.get_slot(REQUESTED_SLOT)}"
            known = asking in domain.action_names_or_texts and asking not in done
            return asking if known else ACTION_LISTEN_NAME
        return ACTION_DEACTIVATE_LOOP_NAME

    def _response(self, tracker: DialogueStateTracker) -> str | None:
        intent = _intent(tracker.latest_message)
        if intent.startswith(PREFIX):
            return f"utter_{intent}"
        if intent in self.config["requests"] and (reason := self._takes_no_request(tracker)):
            return f"utter_{PREFIX}{reason}_again"
        again = None if tracker.active_loop_name else self._repeated(tracker, intent)
        return f"utter_{PREFIX}{again}_again" if again else None

    def _takes_no_request(self, tracker: DialogueStateTracker) -> str | None:
        """The danger of this session, or the last of an earlier one, that forbids a request."""
        slot = tracker.slots.get(DANGER)
        told = [slot.value if slot else None]
        told += [name.removeprefix(PREFIX) for name in recent_intents(tracker, len(tracker.events))]
        return next((name for name in told if name in self.config["takes_no_request"]), None)

    def _repeated(self, tracker: DialogueStateTracker, intent: str) -> str | None:
        """The danger to speak of again; a "yes" only where nothing else was spoken of since."""
        unclear, fragments = self.config["repeated_on"], self.config["fragments"]
        if intent not in unclear and intent not in fragments:
            return None
        for earlier in recent_intents(tracker, self.config["repeated_within"] + 1)[1:]:
            danger = earlier.removeprefix(PREFIX)
            if earlier.startswith(PREFIX) and danger in self.config["repeats"]:
                return danger
            if intent in fragments and earlier not in {*unclear, *fragments}:
                return None
        return None

    def _forgotten(self, tracker: DialogueStateTracker) -> List[Event]:
        if _intent(tracker.latest_message) in self.config["keeps_form"]:
            return []
        held = (tracker.slots.get(name) for name in self.config["personal_slots"])
        return [SlotSet(slot.name, None) for slot in held if slot and slot.value is not None]

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        return cls(config, model_storage, resource, execution_context)


def recent_intents(tracker: DialogueStateTracker, count: int) -> List[Text]:
    """The intents of the last so many messages of the visitor, the latest first; a danger from
    just before this session counts as one at its beginning."""
    found: List[Text] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            found.append(_intent(event))
        elif isinstance(event, SlotSet) and event.key == RECENT_DANGER and event.value:
            found.append(f"{PREFIX}{event.value}")
    return found[:count]


def _intent(message: Optional[UserUttered]) -> str:
    return (message.intent.get(INTENT_NAME_KEY) if message else None) or ""


def _actions_since_message(tracker: DialogueStateTracker) -> List[Text]:
    done: List[Text] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name:
            done.append(event.action_name)
    return done
