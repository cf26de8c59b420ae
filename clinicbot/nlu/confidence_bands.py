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
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

from clinicbot.knowledge.question import Band
from clinicbot.nlu.safety_detector import PREFIX
from clinicbot.nlu.subject_matcher import SUBJECT

BAND = "band"


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
            intent = message.get(INTENT) or {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            band = self._band(message, intent)
            message.set(BAND, band.value, add_to_output=True)
            if band is not Band.ANSWER:
                fallback = {**intent, INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME}
                message.set(INTENT, fallback, add_to_output=True)
        return messages

    def _band(self, message: Message, intent: Dict[Text, Any]) -> Band:
        name = intent[INTENT_NAME_KEY] or ""
        confidence = intent[PREDICTED_CONFIDENCE_KEY]
        named = any(
            e.get(ENTITY_ATTRIBUTE_TYPE) == SUBJECT for e in message.get(ENTITIES) or []
        )
        if name.startswith(PREFIX):
            return Band.ANSWER
        if confidence >= self._config["answer_with_subject" if named else "answer"]:
            return Band.ANSWER
        return Band.CLARIFY if confidence >= self._config["clarify"] else Band.NONE
