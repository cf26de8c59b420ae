"""From features of a sentence to probabilities of answers: the arithmetic, without Rasa.

A logistic regression over answers, whose sums are the topics, is averaged with the nearest
wording of each topic. Alternatives that were measured stand in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

from clinicbot.nlu.regression import fit_regression


@dataclass(frozen=True)
class Recipe:
    """The numbers of the recipe; see config.yml for why these.

    Attributes:
        char_weight: weight of the character n-grams beside the sentence vector.
        char_components: dimensions that the character n-grams are reduced to.
        regularization: C of the regression; larger fits closer.
        balance: how far rare answers are lifted, from 0 (not) to 1 (all count the same).
        max_iterations: bound on the regression's steps.
        nearest_weight: share (0 to 1) of the nearest wording in the average.
        temperature: softness of the nearest wording's estimate.
    """

    char_weight: float
    char_components: int
    regularization: float
    balance: float
    max_iterations: int
    nearest_weight: float
    temperature: float


@dataclass(frozen=True)
class Prediction:
    """What one sentence means.

    Attributes:
        answers: probability of each answer, shape [answers].
        topics: probability of each topic, shape [topics]; sums to 1.
        similarity: cosine to the nearest wording, -1 to 1; 0 without sentence vectors.
    """

    answers: np.ndarray
    topics: np.ndarray
    similarity: float


@dataclass(frozen=True)
class AnswerModel:
    """A trained recipe as plain arrays, saved without pickle.

    Shapes: n wordings, d sentence dimensions, c character features, a answers, t topics.
    """

    numbers: np.ndarray  # char_weight, nearest_weight, temperature
    answer_names: np.ndarray  # [a]
    topic_names: np.ndarray  # [t]
    topic_of_answer: np.ndarray  # [a] place of each answer's topic
    char_scale: np.ndarray  # [c] inverse document frequencies
    dense_weights: np.ndarray  # [d, a]
    char_weights: np.ndarray  # [c, a]
    bias: np.ndarray  # [a]
    wordings: np.ndarray  # [n, d] unit vectors, those of one topic side by side
    topic_starts: np.ndarray  # [t] place of each topic's first wording

    def predict(self, dense: np.ndarray, chars: csr_matrix) -> Prediction:
        """Reads one sentence.

        Args:
            dense: unit sentence vector, shape [d], or [0] where the encoder is away: then
                the letters alone decide, less well.
            chars: counts of character n-grams, shape [1, c].
        """
        row = scaled(chars, self.char_scale)
        scores = self.bias.copy()
        if dense.size:
            scores += dense @ self.dense_weights
        scores += self.numbers[0] * (row.data @ self.char_weights[row.indices])
        answers = _softmax(scores)
        summed = np.bincount(self.topic_of_answer, answers, minlength=len(self.topic_names))
        topics, similarity = self._with_nearest(summed, dense)
        within = answers / np.maximum(summed[self.topic_of_answer], 1e-12)
        return Prediction(within * topics[self.topic_of_answer], topics, similarity)

    def _with_nearest(self, topics: np.ndarray, dense: np.ndarray) -> tuple[np.ndarray, float]:
        """The topics averaged with those of the nearest wordings, and the nearest's cosine."""
        if not dense.size:
            return topics, 0.0
        _, weight, temperature = self.numbers
        near = self.wordings @ dense
        best = np.maximum.reduceat(near, self.topic_starts)
        return (1 - weight) * topics + weight * _softmax(best / temperature), float(near.max())

    def save(self, path: Path) -> None:
        np.savez(path, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> AnswerModel:
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


def train(
    dense: np.ndarray, chars: csr_matrix, labels: Sequence[str], recipe: Recipe
) -> AnswerModel:
    """Learns from wordings; the same input gives the same model.

    Args:
        dense: unit sentence vectors, shape [n, d]; d may be 0.
        chars: counts of character n-grams, shape [n, c].
        labels: answer ids (`topic/subject`) or intents without answers, length n.
    """
    names = np.array(sorted(set(labels)))
    topics = np.array(sorted({_topic(name) for name in names}))
    place = {name: i for i, name in enumerate(topics)}
    scale = _inverse_document_frequency(chars)
    low, basis = _reduced(scaled(chars, scale), recipe.char_components)
    features = np.hstack([dense, recipe.char_weight * low]).astype(np.float32)
    answers = np.searchsorted(names, labels)
    weights, bias = fit_regression(
        features, answers, recipe.regularization, recipe.balance, recipe.max_iterations
    )
    d = dense.shape[1]
    own_topics = np.array([place[_topic(label)] for label in labels])
    by_topic = np.argsort(own_topics, kind="stable")
    return AnswerModel(
        numbers=np.array([recipe.char_weight, recipe.nearest_weight, recipe.temperature]),
        answer_names=names,
        topic_names=topics,
        topic_of_answer=np.array([place[_topic(name)] for name in names]),
        char_scale=scale,
        dense_weights=weights[:d],
        char_weights=(basis @ weights[d:]).astype(np.float32),
        bias=bias,
        wordings=dense[by_topic].astype(np.float32),
        topic_starts=np.searchsorted(own_topics[by_topic], np.arange(len(topics))),
    )


def _topic(label: str) -> str:
    return label.split("/")[0]


def _inverse_document_frequency(counts: csr_matrix) -> np.ndarray:
    """Smoothed as scikit-learn's TfidfTransformer does it."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)


def scaled(counts: csr_matrix, scale: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf with rows of length 1."""
    rows = csr_matrix(counts, dtype=np.float32, copy=True)
    rows.data = (1 + np.log(rows.data)) * scale[rows.indices]
    squares = np.add.reduceat(
        np.append(rows.data**2, 0), np.minimum(rows.indptr[:-1], rows.data.size)
    )
    lengths = np.where(np.diff(rows.indptr) > 0, np.sqrt(squares), 1.0)
    rows.data = rows.data / np.repeat(lengths, np.diff(rows.indptr))
    return rows


def _reduced(chars: csr_matrix, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in the strongest directions [n, k], and those directions [c, k]
    (Halko, Martinsson, Tropp 2011, as scikit-learn does it)."""
    k = min(components, min(chars.shape) - 1)
    left, strengths, right = randomized_svd(chars, k, n_iter=1, random_state=0)
    return left * strengths, right.T


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
