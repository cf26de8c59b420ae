"""Recognizes messages that hold what nobody should write into a chat."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from clinicbot.knowledge.masking_files import load_private_data
from clinicbot.knowledge.private_data import PrivateData
from clinicbot.nlu.safety_detector import PREFIX
from clinicbot.settings import find_content_dir

PRIVATE_DATA = "safety_private_data"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PrivateDataDetector(GraphComponent):
    """Sets the intent `safety_private_data` on messages with card, ID, insurance or record
    numbers and the like; graver danger comes first.

    It finds what the masker hides, and reads the same file when it is loaded: what is hidden
    and what is answered can not differ.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Of the safety intents, those that are less grave than this one.
            "outranks": ["safety_minor", "safety_distress", "safety_threat"],
        }

    def __init__(self, config: Dict[Text, Any], private_data: PrivateData) -> None:
        self._outranks = frozenset(config["outranks"])
        self._private_data = private_data

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PrivateDataDetector:
        return cls(config, load_private_data(find_content_dir()))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            name = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
            if name.startswith(PREFIX) and name not in self._outranks:
                continue
            if self._private_data.is_in(message.get(TEXT) or ""):
                found = {INTENT_NAME_KEY: PRIVATE_DATA, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, found, add_to_output=True)
        return messages
