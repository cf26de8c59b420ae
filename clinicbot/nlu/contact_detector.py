"""Recognizes a telephone number or an e-mail address, which no classifier of words can."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from clinicbot.knowledge.contact import find_contact
from clinicbot.knowledge.question import Band
from clinicbot.nlu.confidence_bands import BAND
from clinicbot.nlu.labels import PREFIX

REQUEST_CALLBACK = "request_callback"
CONTACT = "callback_contact"
CODE = frozenset("{}<>")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ContactDetector(GraphComponent):
    """Sets the intent `request_callback` on short messages that hold a way to reach the visitor;
    danger still comes first."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # A longer message says more than how to reach somebody.
            "max_words": 12,
        }

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._max_words = config["max_words"]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ContactDetector:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            name = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
            if name.startswith(PREFIX) or len(text.split()) > self._max_words:
                continue
            if CODE & set(text):  # somebody tries commands, nobody leaves a number like that
                continue
            if contact := find_contact(text):
                entity = {ENTITY_ATTRIBUTE_TYPE: CONTACT, ENTITY_ATTRIBUTE_VALUE: contact}
                entities = [*message.get(ENTITIES, []), entity]
                message.set(ENTITIES, entities, add_to_output=True)
                found = {INTENT_NAME_KEY: REQUEST_CALLBACK, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, found, add_to_output=True)
                message.set(BAND, Band.ANSWER.value, add_to_output=True)
        return messages
