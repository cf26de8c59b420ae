"""First step of the pipeline: one spelling of every character, and no endless message."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

MAX_CHARS = "max_chars"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_SPACES = re.compile(r"\s+")


def clean(text: str, max_chars: int) -> str:
    """NFKC, straight quotes, no control or zero-width characters, single spaces, cut at
    `max_chars` characters."""
    normal = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    visible = "".join(_visible(c) for c in normal)
    return _SPACES.sub(" ", visible).strip()[:max_chars]


def _visible(character: str) -> str:
    """The character; nothing for one that only formats (zero-width), a space for control."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category.startswith("C") else character


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MessageCleaner(GraphComponent):
    """Cleans the text of every message, in training and in use."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Longer texts are cut: what comes after is never about a new question.
            MAX_CHARS: 1000,
        }

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._max_chars = config[MAX_CHARS]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageCleaner:
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT):
                message.set(TEXT, clean(message.get(TEXT), self._max_chars), add_to_output=True)
        return messages
