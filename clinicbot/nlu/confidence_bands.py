"""Three bands: sure enough to answer, sure enough to offer choices, neither."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

from clinicbot.knowledge.question import Band
from clinicbot.nlu.labels import PREFIX
from clinicbot.nlu.subject_matcher import SUBJECT

BAND = "band"
OUT_OF_SCOPE = "out_of_scope"
MAJORITY = 0.5
NO_INTENT: Dict[Text, Any] = {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ConfidenceBands(GraphComponent):
    """Writes the band, and replaces intents that are not sure enough by `nlu_fallback`.

    Safety intents are never replaced. A message that names a subject of ours needs less
    certainty, because only answers about that subject can come.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Probability from which the intent is acted on.
            "answer": 0.25,
            # The same where the message names a subject.
            "answer_with_subject": 0.16,
            # Probability from which choices are offered.
            "clarify": 0.12,
            # How far the intent must be ahead of the next one, unless it has the majority.
            "margin": 0.03,
            # Where out_of_scope has this share of the intent's probability and no subject is
            # named, the message is out of scope.
            "out_of_scope_share": 0.6,
        }

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ConfidenceBands:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._keep_in_scope(message)
            intent = message.get(INTENT) or NO_INTENT
            band = self._band(message, intent)
            message.set(BAND, band.value, add_to_output=True)
            if band is not Band.ANSWER:
                fallback = {**intent, INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME}
                message.set(INTENT, fallback, add_to_output=True)
        return messages

    def _keep_in_scope(self, message: Message) -> None:
        """Makes the intent out_of_scope where that is nearly as likely."""
        intent = message.get(INTENT) or NO_INTENT
        name = intent[INTENT_NAME_KEY] or ""
        ranking = {
            row[INTENT_NAME_KEY]: row[PREDICTED_CONFIDENCE_KEY]
            for row in message.get(INTENT_RANKING_KEY) or []
        }
        rival = ranking.get(OUT_OF_SCOPE, 0.0)
        least = self._config["out_of_scope_share"] * intent[PREDICTED_CONFIDENCE_KEY]
        if rival and rival >= least and not name.startswith(PREFIX) and not _names_subject(message):
            found = {INTENT_NAME_KEY: OUT_OF_SCOPE, PREDICTED_CONFIDENCE_KEY: max(rival, least)}
            message.set(INTENT, found, add_to_output=True)

    def _band(self, message: Message, intent: Dict[Text, Any]) -> Band:
        name = intent[INTENT_NAME_KEY] or ""
        confidence = intent[PREDICTED_CONFIDENCE_KEY]
        if name.startswith(PREFIX) or name == OUT_OF_SCOPE and confidence >= self._config["answer"]:
            return Band.ANSWER
        least = self._config["answer_with_subject" if _names_subject(message) else "answer"]
        if confidence >= least and self._is_ahead(message, confidence):
            return Band.ANSWER
        return Band.CLARIFY if confidence >= self._config["clarify"] else Band.NONE

    def _is_ahead(self, message: Message, confidence: float) -> bool:
        """Whether the intent leaves the others behind; two close ones are asked about."""
        if confidence >= MAJORITY:
            return True
        name = (message.get(INTENT) or NO_INTENT)[INTENT_NAME_KEY]
        others = [
            row[PREDICTED_CONFIDENCE_KEY]
            for row in message.get(INTENT_RANKING_KEY) or []
            if row[INTENT_NAME_KEY] != name
        ]
        return confidence - max(others, default=0.0) >= self._config["margin"]


def _names_subject(message: Message) -> bool:
    return any(e.get(ENTITY_ATTRIBUTE_TYPE) == SUBJECT for e in message.get(ENTITIES) or [])
