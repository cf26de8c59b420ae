"""Finds danger twice: by phrases, and by what was learnt from thousands of messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.content_files import load_safety_classes
from clinicbot.knowledge.danger_files import FILE as DANGER_FILE
from clinicbot.knowledge.danger_files import load_danger_wordings
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.nlu.danger_model import DangerModel, DangerRecipe, train_danger
from clinicbot.nlu.features import features_of
from clinicbot.nlu.labels import PREFIX
from clinicbot.nlu.sentence_encoder_model import SIZE, Encoder, is_built
from clinicbot.nlu.spelling_corrector import CORRECTED_TEXT
from clinicbot.nlu.vector_cache import encode_cached
from clinicbot.settings import find_encoder_dir

CAUTION = "caution"
PHRASES_FILE, MODEL_FILE = "safety.json", "danger.npz"
VECTORS_FILE = "danger_wordings.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyDetector(GraphComponent):
    """Sets a safety intent where danger is likely; where it is only possible, writes which one
    into `caution`, so that the answer goes out with the number to call.

    A phrase fires by itself unless what was learnt, which reads the whole message, is nearly
    sure that there is no danger; then the phrase still asks for caution.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Folder that holds safety_patterns.yml, from where training runs.
            "content": "content",
            # The intents that are a danger to life, gravest first.
            "grave": [f"{PREFIX}{name}" for name in ("emergency", "self_harm", "urgent")],
            # Probability of any grave danger from which its text is given: without a phrase,
            # with one, and from which the answer comes with a number to call.
            "grave_threshold": 0.25,
            # The same without a phrase where the message is this surely an ordinary question.
            "sure_question": 0.7,
            "question_threshold": 0.5,
            "phrase_threshold": 0.05,
            "caution_threshold": 0.1,
            # The same for each other safety intent, by itself.
            "other_threshold": 0.5,
            # The lesser ones whose text begins with the emergency number.
            "with_number": [f"{PREFIX}drug_reaction"],
            # See danger_model.DangerRecipe for what each number means.
            "char_weight": 2.0,
            "word_weight": 1.5,
            "regularization": 10.0,
            "plain_weight": 1.0,
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classes: List[Dict[Text, Any]],
        model: DangerModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._patterns = SafetyPatterns(classes)
        self._model = model

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
        """Phrases and messages of danger are training data too."""
        folder = Path(config.get("content", "content"))
        files = (folder / "safety_patterns.yml", folder / DANGER_FILE)
        return "".join(f.read_text(encoding="utf-8") for f in files if f.exists()) or None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns danger from all wordings, and copies the phrases into the model, so that a
        release is whole."""
        classes = load_safety_classes(Path(self._config["content"]))
        self._patterns = SafetyPatterns(classes)
        self._model = self._learn(training_data)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / PHRASES_FILE).write_text(json.dumps(classes))
            if self._model:
                self._model.save(folder / MODEL_FILE)
        return self._resource

    def _learn(self, training_data: TrainingData) -> DangerModel | None:
        """From the messages of danger and from every wording there is.

        The former do not go through Rasa's training data: that would double the time of
        every other component, which has nothing to learn from them.
        """
        wordings = [m for m in training_data.intent_examples if m.get(TEXT)]
        intents = [m.get(INTENT) for m in wordings]
        told = load_danger_wordings(Path(self._config["content"]))
        texts = [text for text, _ in told]
        dangers = [f"{PREFIX}{danger}" if danger else None for _, danger in told]
        own = [intent if intent.startswith(PREFIX) else None for intent in intents]
        if not any(dangers) and not any(own):
            return None
        plain = [not intent.startswith(PREFIX) for intent in intents]
        vectors = [features_of(m)[0] for m in wordings]
        names = DangerRecipe.__dataclass_fields__
        return train_danger(
            texts=[*texts, *(m.get(TEXT) for m in wordings)],
            dense=np.vstack([_vectors(texts, any(v.size for v in vectors)), *vectors]),
            labels=[*dangers, *own],
            plain=[*(False for _ in texts), *plain],
            grave=self._config["grave"],
            recipe=DangerRecipe(**{name: self._config[name] for name in names}),
        )

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text:
                self._judge(message, text)
        return messages

    def _judge(self, message: Message, text: Text) -> None:
        phrase = self._phrase(text, message.get(CORRECTED_TEXT) or "")
        if self._model is None:
            if phrase:
                _set_intent(message, phrase, 1.0)
            return
        likely = self._model.probabilities(text, features_of(message)[0])
        grave = {i: p for i, p in likely.items() if i in self._config["grave"]}
        others = {i: p for i, p in likely.items() if i not in grave}
        danger = sum(grave.values())
        if danger >= self._least(message, phrase):
            _set_intent(message, _graver(max(grave, key=grave.__getitem__), phrase, grave), danger)
        elif others and max(others.values()) >= self._config["other_threshold"]:
            name, probability = max(others.items(), key=lambda row: row[1])
            _set_intent(message, name, probability)
            if phrase and name not in self._config["with_number"]:
                message.set(CAUTION, phrase, add_to_output=True)
        elif phrase and danger >= self._config["phrase_threshold"]:
            _set_intent(message, phrase, 1.0)
        elif phrase or danger >= self._config["caution_threshold"]:
            name = phrase or max(grave, key=grave.__getitem__)
            message.set(CAUTION, name, add_to_output=True)

    def _least(self, message: Message, phrase: Text | None) -> float:
        """From which probability of danger the help text is given."""
        question = (message.get(INTENT) or {}).get(PREDICTED_CONFIDENCE_KEY) or 0.0
        ordinary = phrase is None and question >= self._config["sure_question"]
        return float(self._config["question_threshold" if ordinary else "grave_threshold"])

    def _phrase(self, typed: Text, corrected: Text) -> Text | None:
        misspelt = typed.lower().replace(" ", "") != corrected.replace(" ", "")
        texts = (typed, corrected) if misspelt else (typed,)
        return next(filter(None, map(self._patterns.find, texts)), None)

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
            classes = json.loads((folder / PHRASES_FILE).read_text())
            path = folder / MODEL_FILE
            model = DangerModel.load(path) if path.exists() else None
        return cls(config, model_storage, resource, classes, model)


def _vectors(texts: List[Text], wanted: bool) -> np.ndarray:
    """The sentence vectors of the texts, shape [n, d]; d = 0 where the pipeline has none."""
    folder = find_encoder_dir()
    if not texts or not wanted or not is_built(folder):
        return np.zeros((len(texts), SIZE if wanted else 0), dtype=np.float32)
    return encode_cached(Encoder(folder), texts, folder, VECTORS_FILE)


def _graver(learnt: Text, phrase: Text | None, ranks: Dict[Text, float]) -> Text:
    """Of what was learnt and a phrase that fired, the one further up; `ranks` is in order."""
    order = list(ranks)
    return phrase if phrase in order and order.index(phrase) < order.index(learnt) else learnt


def _set_intent(message: Message, name: Text, confidence: float) -> None:
    intent = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
    message.set(INTENT, intent, add_to_output=True)
