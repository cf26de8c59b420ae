"""From features of a sentence to probabilities of answers: the arithmetic, without Rasa.

Three estimates are averaged: a logistic regression over answers, one over topics, and the
nearest wording of each topic. Measured on questions nobody trained on, each alone is worse
(`make bench`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.utils.extmath import randomized_svd


@dataclass(frozen=True)
class Recipe:
    """The numbers of the recipe; see config.yml for why these.

    Attributes:
        char_weight: weight of the character n-grams beside the sentence vector.
        components: dimensions kept of both together before the regressions.
        regularization: C of scikit-learn's LogisticRegression.
        nearest_weight: share (0 to 1) of the nearest wording in the average.
        temperature: softness of the nearest wording's estimate.
        max_iterations: bound on the regressions' steps.
    """

    char_weight: float
    components: int
    regularization: float
    nearest_weight: float
    temperature: float
    max_iterations: int


@dataclass(frozen=True)
class Prediction:
    """What one sentence means.

    Attributes:
        answers: probability of each answer, shape [answers].
        topics: probability of each topic, shape [topics]; sums to 1.
        similarity: cosine to the nearest wording, -1 to 1; 0 without sentence vectors.
        nearest: place of that wording among the training wordings.
    """

    answers: np.ndarray
    topics: np.ndarray
    similarity: float
    nearest: int


@dataclass(frozen=True)
class AnswerModel:
    """A trained recipe as plain arrays, saved without pickle.

    Shapes: n wordings, d sentence dimensions, c character features, a answers, t topics.
    """

    recipe_numbers: np.ndarray  # char_weight, nearest_weight, temperature
    answer_names: np.ndarray  # [a]
    topic_names: np.ndarray  # [t]
    topic_of_answer: np.ndarray  # [a] place of each answer's topic
    char_scale: np.ndarray  # [c] inverse document frequencies
    dense_to_answers: np.ndarray  # [d, a]
    chars_to_answers: np.ndarray  # [c, a]
    answer_bias: np.ndarray  # [a]
    dense_to_topics: np.ndarray  # [d, t]
    chars_to_topics: np.ndarray  # [c, t]
    topic_bias: np.ndarray  # [t]
    wordings: np.ndarray  # [n, d] unit vectors
    wording_topics: np.ndarray  # [n] place of each wording's topic

    def predict(self, dense: np.ndarray, chars: csr_matrix) -> Prediction:
        """Reads one sentence.

        Args:
            dense: unit sentence vector, shape [d]; d may be 0.
            chars: counts of character n-grams, shape [1, c].
        """
        char_weight, nearest_weight, temperature = self.recipe_numbers
        scaled = _scaled(chars, self.char_scale) * char_weight
        answers = _softmax(
            dense @ self.dense_to_answers + _row(scaled, self.chars_to_answers) + self.answer_bias
        )
        direct = _softmax(
            dense @ self.dense_to_topics + _row(scaled, self.chars_to_topics) + self.topic_bias
        )
        summed = np.bincount(self.topic_of_answer, answers, minlength=len(self.topic_names))
        topics = (summed + direct) / 2
        similarity, nearest = 0.0, 0
        if dense.size:
            near = self.wordings @ dense
            nearest = int(near.argmax())
            similarity = float(near[nearest])
            best = np.full(len(self.topic_names), -1.0)
            np.maximum.at(best, self.wording_topics, near)
            topics = (1 - nearest_weight) * topics + nearest_weight * _softmax(best / temperature)
        within = answers / np.maximum(summed[self.topic_of_answer], 1e-12)
        return Prediction(within * topics[self.topic_of_answer], topics, similarity, nearest)

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
    features = hstack([csr_matrix(dense), _scaled(chars, scale) * recipe.char_weight]).tocsr()
    low, basis = _reduced(features, recipe.components)
    answer_weights, answer_bias = _regression(low, labels, recipe)
    topic_weights, topic_bias = _regression(low, [_topic(label) for label in labels], recipe)
    to_answers = (basis @ answer_weights).astype(np.float32)
    to_topics = (basis @ topic_weights).astype(np.float32)
    d = dense.shape[1]
    return AnswerModel(
        recipe_numbers=np.array([recipe.char_weight, recipe.nearest_weight, recipe.temperature]),
        answer_names=names,
        topic_names=topics,
        topic_of_answer=np.array([place[_topic(name)] for name in names]),
        char_scale=scale,
        dense_to_answers=to_answers[:d],
        chars_to_answers=to_answers[d:],
        answer_bias=answer_bias,
        dense_to_topics=to_topics[:d],
        chars_to_topics=to_topics[d:],
        topic_bias=topic_bias,
        wordings=dense.astype(np.float32),
        wording_topics=np.array([place[_topic(label)] for label in labels]),
    )


def _topic(label: str) -> str:
    return label.split("/")[0]


def _inverse_document_frequency(counts: csr_matrix) -> np.ndarray:
    """Smoothed as scikit-learn's TfidfTransformer does it."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return (np.log((1 + counts.shape[0]) / (1 + frequency)) + 1).astype(np.float32)


def _scaled(counts: csr_matrix, scale: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf with rows of length 1."""
    rows = csr_matrix(counts, dtype=np.float32, copy=True)
    rows.data = (1 + np.log(rows.data)) * scale[rows.indices]
    squares = np.add.reduceat(
        np.append(rows.data**2, 0), np.minimum(rows.indptr[:-1], rows.data.size)
    )
    lengths = np.where(np.diff(rows.indptr) > 0, np.sqrt(squares), 1.0)
    rows.data = rows.data / np.repeat(lengths, np.diff(rows.indptr))
    return rows


def _row(row: csr_matrix, weights: np.ndarray) -> np.ndarray:
    """One sparse row times a dense matrix, without scipy's overhead."""
    return row.data @ weights[row.indices]


def _reduced(features: csr_matrix, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates in the strongest directions [n, k], and those directions [d + c, k]."""
    k = min(components, min(features.shape) - 1)
    left, strengths, right = randomized_svd(features, k, n_iter=2, random_state=0)
    return left * strengths, right.T


def _regression(
    low: np.ndarray, labels: Sequence[str], recipe: Recipe
) -> tuple[np.ndarray, np.ndarray]:
    """Weights [k, classes] and bias [classes], classes in sorted order."""
    model = LogisticRegression(
        C=recipe.regularization,
        max_iter=recipe.max_iterations,
        tol=1e-3,
        class_weight="balanced",
    ).fit(low, labels)
    return model.coef_.T, model.intercept_


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
