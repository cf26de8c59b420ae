"""The second detector for personal health questions: phrases choose the curated answer."""

from __future__ import annotations

import json
from pathlib import Path
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
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.guarded import Found, GuardedPhrases
from clinicbot.knowledge.guarded_files import FILE, guarded_phrases, read_guarded_topics
from clinicbot.knowledge.question import Band
from clinicbot.nlu.confidence_bands import BAND
from clinicbot.nlu.labels import PREFIX
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from clinicbot.nlu.subject_matcher import SUBJECT

ANSWER_ID = "answer_id"
FILE_NAME = "guarded.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class GuardedTopics(GraphComponent):
    """Sets topic and answer where a phrase of `content/guarded_topics.yml` fires; danger and
    whoever asks for a person come first."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Folder that holds guarded_topics.yml, from where training runs.
            "content": "content",
            # Intents that stay as they are where they are sure.
            "yields_to": ["request_human", "cancel", "ask_privacy"],
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        phrases: GuardedPhrases | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._phrases = phrases or GuardedPhrases(())

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GuardedTopics:
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:
        path = Path(config.get("content", "content")) / FILE
        return path.read_text(encoding="utf-8") if path.exists() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Copies the phrases into the model, so that a release is whole."""
        kept = read_guarded_topics(Path(self._config["content"]))
        self._phrases = guarded_phrases(kept)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / FILE_NAME).write_text(json.dumps(kept))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not self._is_settled(message) and (found := self._find(message)):
                _write(message, found)
        return messages

    def _is_settled(self, message: Message) -> bool:
        name = (message.get(INTENT) or {}).get(INTENT_NAME_KEY) or ""
        return name.startswith(PREFIX) or name in self._config["yields_to"]

    def _find(self, message: Message) -> Found | None:
        texts = dict.fromkeys((message.get(TEXT) or "", message.get(CORRECTED_TEXT) or ""))
        subjects = {
            entity[ENTITY_ATTRIBUTE_VALUE]
            for entity in message.get(ENTITIES) or []
            if entity.get(ENTITY_ATTRIBUTE_TYPE) == SUBJECT
        }
        return self._phrases.find(texts, subjects)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GuardedTopics:
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / FILE_NAME).read_text())
        return cls(config, model_storage, resource, guarded_phrases(kept))


def _write(message: Message, found: Found) -> None:
    """The topic as a sure intent, and the answer as the entity that choices carry too."""
    intent = {INTENT_NAME_KEY: found.topic, PREDICTED_CONFIDENCE_KEY: 1.0}
    message.set(INTENT, intent, add_to_output=True)
    message.set(BAND, Band.ANSWER.value, add_to_output=True)
    if found.answer:
        entity = {ENTITY_ATTRIBUTE_TYPE: ANSWER_ID, ENTITY_ATTRIBUTE_VALUE: found.answer}
        message.set(ENTITIES, [*(message.get(ENTITIES) or []), entity], add_to_output=True)
