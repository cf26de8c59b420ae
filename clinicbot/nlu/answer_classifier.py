"""Predicts answers, and topics as sums over their answers."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from clinicbot.nlu.answer_model import AnswerModel, Prediction, Recipe, train
from clinicbot.nlu.features import features_of
from clinicbot.nlu.labels import PREFIX

ANSWER_RANKING = "answer_ranking"
SIMILARITY = "similarity"
FILE_NAME = "answers.npz"
RANKING_LENGTH = "ranking_length"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(GraphComponent, IntentClassifier):
    """Sets the intent, its ranking, and `answer_ranking` with the likeliest answers."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # See answer_model.Recipe for what each number means.
            "char_weight": 1.1,
            "char_components": 300,
            "regularization": 30.0,
            "balance": 0.25,
            "max_iterations": 40,
            "nearest_weight": 0.3,
            "temperature": 0.05,
            # How many topics and answers the ranking holds.
            RANKING_LENGTH: 10,
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: AnswerModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from every wording that has an intent; danger is the SafetyDetector's."""
        wordings = [
            m for m in training_data.intent_examples if not m.get(INTENT).startswith(PREFIX)
        ]
        found = [(_label(m), *features_of(m)) for m in wordings]
        rows = [row for row in found if row[2] is not None]
        if len({label for label, _, _ in rows}) < 2:
            return self._resource
        labels = [label for label, _, _ in rows]
        dense = np.stack([dense for _, dense, _ in rows])
        chars = vstack([chars for _, _, chars in rows]).tocsr()
        self._model = train(dense, chars, labels, self._recipe())
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / FILE_NAME)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            dense, chars = features_of(message)
            if self._model is None or chars is None:
                _write(message, [], [], 0.0)
                continue
            prediction = self._model.predict(dense, chars)
            _write(message, *self._rankings(prediction), prediction.similarity)
        return messages

    def _rankings(self, prediction: Prediction) -> Tuple[List[Dict], List[Dict]]:
        """Topics and answers, best first, as Rasa writes rankings."""
        assert self._model is not None
        return (
            _ranked(prediction.topics, self._model.topic_names, "name", self._length),
            _ranked(prediction.answers, self._model.answer_names, "id", self._length),
        )

    @property
    def _length(self) -> int:
        return int(self._config[RANKING_LENGTH])

    def _recipe(self) -> Recipe:
        names = Recipe.__dataclass_fields__
        return Recipe(**{name: self._config[name] for name in names})

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerClassifier:
        try:
            with model_storage.read_from(resource) as folder:
                model = AnswerModel.load(folder / FILE_NAME)
        except ValueError:  # Rasa's way to say that nothing was learnt
            model = None
        return cls(config, model_storage, resource, model)


def _label(message: Message) -> str:
    """The answer id where the wording has one, else its intent."""
    return message.get(INTENT_RESPONSE_KEY) or message.get(INTENT)


def _ranked(
    confidences: np.ndarray, names: np.ndarray, key: str, length: int
) -> List[Dict[Text, Any]]:
    order = np.argsort(-confidences, kind="stable")[:length]
    return [{key: str(names[i]), PREDICTED_CONFIDENCE_KEY: float(confidences[i])} for i in order]


def _write(message: Message, topics: List[Dict], answers: List[Dict], similarity: float) -> None:
    best = topics[0] if topics else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
    message.set(INTENT, best, add_to_output=True)
    message.set(INTENT_RANKING_KEY, topics, add_to_output=True)
    message.set(ANSWER_RANKING, answers, add_to_output=True)
    message.set(SIMILARITY, similarity, add_to_output=True)
