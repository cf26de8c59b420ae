"""Dense sentence features: all-MiniLM-L6-v2 on ONNX Runtime."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.nlu.sentence_encoder_model import Encoder, is_built
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from clinicbot.nlu.vector_cache import encode_cached
from clinicbot.settings import find_encoder_dir

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Adds one unit vector of 384 numbers for the corrected text of each message.

    Without the encoder's files it adds nothing and says so once: the classifier then works
    on character n-grams alone.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Name under which the features are known.
            "alias": "sentence_encoder",
        }

    def __init__(self, config: Dict[Text, Any], folder: Path) -> None:
        self._alias = config["alias"]
        self._folder = folder
        self._encoder = Encoder(folder) if is_built(folder) else None
        if self._encoder is None:
            logger.warning(
                "No sentence encoder in %s: understanding works on letters alone. "
                "`python -m clinicbot encoder` builds it.",
                folder,
            )

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        return cls(config, find_encoder_dir())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        if self._encoder and messages:
            vectors = encode_cached(self._encoder, [_text(m) for m in messages], self._folder)
            self._write(messages, vectors)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        with_text = [m for m in messages if m.get(TEXT)]
        if self._encoder and with_text:
            self._write(with_text, self._encoder.encode([_text(m) for m in with_text]))
        return messages

    def _write(self, messages: List[Message], vectors: np.ndarray) -> None:
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(self._features(vector))

    def _features(self, vector: np.ndarray) -> Features:
        return Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._alias)


def _text(message: Message) -> Text:
    """The corrected text; a message of nothing but spaces has none."""
    return message.get(CORRECTED_TEXT) or message.get(TEXT)
