"""The second safety detector: phrases outrank what was learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.content_files import load_safety_classes
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT

PREFIX = "safety_"
FILE_NAME = "safety.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyDetector(GraphComponent):
    """Sets a safety intent where a phrase fires, or where the learnt one is likely enough.

    Trained intents that are too unlikely lose to the best other intent, so that an unusual
    sentence does not become an emergency.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Folder that holds safety_patterns.yml, from where training runs.
            "content": "content",
            # Probability from which a learnt safety intent counts without a phrase.
            "learnt_threshold": 0.4,
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classes: List[Dict[Text, Any]],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._patterns = SafetyPatterns(classes)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyDetector:
        return cls(config, model_storage, resource, [])

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:
        path = Path(config.get("content", "content")) / "safety_patterns.yml"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Copies the patterns into the model, so that a release is whole."""
        classes = load_safety_classes(Path(self._config["content"]))
        self._patterns = SafetyPatterns(classes)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / FILE_NAME).write_text(json.dumps(classes))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = self._by_phrase(message) or self._learnt(message)
            if intent:
                message.set(INTENT, intent, add_to_output=True)
        return messages

    def _by_phrase(self, message: Message) -> Dict[Text, Any] | None:
        typed, corrected = message.get(TEXT) or "", message.get(CORRECTED_TEXT) or ""
        misspelt = typed.lower().replace(" ", "") != corrected.replace(" ", "")
        for text in (typed, corrected) if misspelt else (typed,):
            if intent := self._patterns.find(text):
                return {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
        return None

    def _learnt(self, message: Message) -> Dict[Text, Any] | None:
        """The learnt intent to use instead of an unlikely safety intent, if that is on top."""
        ranking = message.get(INTENT_RANKING_KEY) or []
        danger = sum(
            row[PREDICTED_CONFIDENCE_KEY]
            for row in ranking
            if row[INTENT_NAME_KEY].startswith(PREFIX)
        )
        if danger >= self._config["learnt_threshold"]:
            return _first(ranking, safety=True)
        return _first(ranking, safety=False)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyDetector:
        with model_storage.read_from(resource) as folder:
            classes = json.loads((folder / FILE_NAME).read_text())
        return cls(config, model_storage, resource, classes)


def _first(ranking: List[Dict[Text, Any]], safety: bool) -> Dict[Text, Any] | None:
    for row in ranking:
        if row[INTENT_NAME_KEY].startswith(PREFIX) == safety:
            return dict(row)
    return None
