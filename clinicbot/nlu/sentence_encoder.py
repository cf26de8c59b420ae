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
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        with_text = [m for m in messages if m.get(CORRECTED_TEXT) or m.get(TEXT)]
        if self._encoder is None or not with_text:
            return messages
        texts = [m.get(CORRECTED_TEXT) or m.get(TEXT) for m in with_text]
        for message, vector in zip(with_text, self._encoder.encode(texts)):
            message.add_features(self._features(vector))
        return messages

    def _features(self, vector: np.ndarray) -> Features:
        return Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._alias)
