"""What Rasa gives to a component, for tests: storage, context, messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

import clinicbot.bot.environment  # noqa: F401, I001 - must come before Rasa

CONTEXT = ExecutionContext(GraphSchema({}))


@dataclass
class Graph:
    """Makes and loads components around one storage folder, as Rasa's graph does."""

    folder: Path

    def create(self, kind: type, **config: Any) -> Any:
        return kind.create(self._config(kind, config), self._storage, self._resource(kind), CONTEXT)

    def load(self, kind: type, **config: Any) -> Any:
        return kind.load(self._config(kind, config), self._storage, self._resource(kind), CONTEXT)

    def trained(self, kind: type, data: TrainingData, **config: Any) -> tuple[Any, Any]:
        """The component that was trained, and the one loaded from what it stored."""
        component = self.create(kind, **config)
        component.train(data)
        return component, self.load(kind, **config)

    @property
    def _storage(self) -> LocalModelStorage:
        return LocalModelStorage(self.folder)

    @staticmethod
    def _resource(kind: type) -> Resource:
        return Resource(kind.__name__)

    @staticmethod
    def _config(kind: type, config: dict[str, Any]) -> dict[str, Any]:
        return {**kind.get_default_config(), **config}


def understood(intent: str, confidence: float = 1.0, **data: Any) -> Message:
    """A message on which a classifier has spoken, the rest of the probability elsewhere."""
    found = {"name": intent, "confidence": confidence}
    other = {"name": "ask_other", "confidence": 1 - confidence}
    ranking = sorted((found, other), key=lambda row: -row["confidence"])
    return Message({INTENT: found, INTENT_RANKING_KEY: ranking, **data})


def with_tokens(text: str) -> Message:
    """A message split at blanks."""
    tokens, start = [], 0
    for word in text.split():
        tokens.append(Token(word, start))
        start += len(word) + 1
    return Message({TEXT: text, TOKENS_NAMES[TEXT]: tokens})


def featurized(
    vector: Iterable[float] | None, counts: Iterable[float], label: str | None = None
) -> Message:
    """A message with these features, and where it is a training wording, its label."""
    data = {TEXT: "some words"}
    if label:
        data |= {INTENT: label.split("/")[0], INTENT_RESPONSE_KEY: label if "/" in label else None}
    message = Message({key: value for key, value in data.items() if value})
    if vector is not None:
        dense = np.array([list(vector)], dtype=np.float32)
        message.add_features(Features(dense, FEATURE_TYPE_SENTENCE, TEXT, "dense"))
    sparse = csr_matrix(np.array([list(counts)], dtype=np.float32))
    message.add_features(Features(sparse, FEATURE_TYPE_SENTENCE, TEXT, "chars"))
    return message
