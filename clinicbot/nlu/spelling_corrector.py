"""Puts misspelt words right before anything tries to understand them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinicbot.knowledge.content_files import load_spellings, load_subjects
from clinicbot.nlu.language import Speller, alias_words, blank_english, common_english_words

CORRECTED_TEXT = "corrected_text"
UNKNOWN_WORDS = "unknown_words"
FILE_NAME = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingCorrector(GraphComponent):
    """Corrects words that neither English nor the training data know.

    The targets are the words of subjects' aliases and the frequent words of the training
    wordings. Writes the corrected text, and the words nobody knows, into the message.
    """

    @classmethod
    def required_components(cls) -> List[type]:
        from clinicbot.nlu.word_tokenizer import WordTokenizer  # noqa: PLC0415

        return [WordTokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            # Folder that holds subjects.yml, from where training runs.
            "content": "content",
            # How many of the most frequent English words count as spelt right.
            "right_words": 15_000,
            # How many are at least known: a rare word is no typing error by itself.
            "known_words": 50_000,
            # How often a training word must occur to be worth correcting to.
            "min_count": 3,
            # Shortest word that can be reported as unknown.
            "min_unknown_letters": 4,
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        speller: Speller | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._speller = speller or Speller((), (), (), {})

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingCorrector:
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str | None:
        """Aliases and spellings are training data too."""
        folder = Path(config.get("content", "content"))
        files = (folder / "subjects.yml", folder / "spellings.yml")
        return "".join(f.read_text(encoding="utf-8") for f in files if f.exists()) or None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns which words are right from English, the aliases and the wordings."""
        right = common_english_words(self._config["right_words"])
        known = common_english_words(self._config["known_words"])
        content = Path(self._config["content"])
        aliases = alias_words(load_subjects(content), blank_english())
        counts = Counter(
            token.text.lower()
            for example in training_data.intent_examples
            for token in example.get(TOKENS_NAMES[TEXT], [])
        )
        frequent = [
            word
            for word, count in counts.most_common()
            if count >= self._config["min_count"] and word in right
        ]
        self._speller = Speller(right, known, [*frequent, *aliases], load_spellings(content))
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            tokens = message.get(TOKENS_NAMES[TEXT])
            if tokens:
                self._correct(message, tokens)
        return messages

    def _correct(self, message: Message, tokens: List[Token]) -> None:
        unknown, words, corrected = [], [], []
        for token in tokens:
            word = token.text.lower()
            right = self._speller.correct(word)
            if right is None and len(word) >= self._config["min_unknown_letters"]:
                unknown.append(word)
            words.append(right or word)
            corrected.append(Token(right or word, token.start, token.end, token.data, token.lemma))
        message.set(TOKENS_NAMES[TEXT], corrected)
        message.set(CORRECTED_TEXT, " ".join(words))
        message.set(UNKNOWN_WORDS, unknown, add_to_output=True)

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            found = {
                "right": sorted(self._speller.right),
                "known": sorted(self._speller.known),
                "targets": self._speller.targets,
                "spellings": self._speller.spellings,
            }
            (folder / FILE_NAME).write_text(json.dumps(found))

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingCorrector:
        with model_storage.read_from(resource) as folder:
            found = json.loads((folder / FILE_NAME).read_text())
        return cls(config, model_storage, resource, Speller(**found))
