"""The only place where wording becomes a subject id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Collection, Dict, List, Text, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.content_files import load_fillers, load_subjects
from clinicbot.knowledge.subjects import Subject, SubjectCatalogue
from clinicbot.nlu.language import SubjectFinder, blank_english

SUBJECT = "subject"
BARE_SUBJECT = "bare_subject"
FILE_NAME = "subjects.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SubjectMatcher(GraphComponent, EntityExtractorMixin):
    """Finds the subjects of `content/subjects.yml` by alias, after spelling correction."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Folder that holds subjects.yml, from where training runs.
            "content": "content",
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        subjects: SubjectCatalogue | None = None,
        fillers: Collection[str] = (),
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._finder = SubjectFinder(blank_english(), subjects or SubjectCatalogue(()))
        self._fillers = frozenset(fillers)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SubjectMatcher:
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:
        """The aliases are training data too: a changed list must not come from the cache."""
        path = Path(config.get("content", "content")) / "subjects.yml"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def train(self, training_data: TrainingData) -> Resource:
        """Copies the subjects into the model, so that a release is whole."""
        subjects = load_subjects(Path(self._config["content"]))
        self._finder = SubjectFinder(blank_english(), subjects)
        self._fillers = load_fillers(Path(self._config["content"]))
        rows = {
            "aliases": {s.id: s.aliases for s in subjects},
            "fillers": sorted(self._fillers),
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / FILE_NAME).write_text(json.dumps(rows))
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT]) or []
            # One token may have been corrected to two words.
            words = [(word, token) for token in tokens for word in token.text.lower().split()]
            if words:
                self._write(message, words)
        return messages

    def _write(self, message: Message, words: List[Tuple[Text, Token]]) -> None:
        """The subjects as entities, and whether the message says nothing but its subject."""
        spans = self._finder.find([word for word, _ in words])
        found = [
            {
                ENTITY_ATTRIBUTE_TYPE: SUBJECT,
                ENTITY_ATTRIBUTE_VALUE: subject,
                ENTITY_ATTRIBUTE_START: words[first][1].start,
                ENTITY_ATTRIBUTE_END: words[after - 1][1].end,
            }
            for subject, first, after in spans
        ]
        entities = self.add_extractor_name(found)
        message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        inside = {place for _, first, after in spans for place in range(first, after)}
        rest = {word for place, (word, _) in enumerate(words) if place not in inside}
        message.set(BARE_SUBJECT, bool(spans) and rest <= self._fillers, add_to_output=True)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SubjectMatcher:
        with model_storage.read_from(resource) as folder:
            rows = json.loads((folder / FILE_NAME).read_text())
        subjects = SubjectCatalogue(Subject(i, i, "", tuple(a)) for i, a in rows["aliases"].items())
        return cls(config, model_storage, resource, subjects, rows["fillers"])
