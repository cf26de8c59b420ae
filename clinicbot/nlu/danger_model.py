"""Tells messages of danger from those that only share their words: the arithmetic, without Rasa.

One logistic regression for "any danger to life" and one for each safety intent, over the
sentence vector, n-grams of letters and n-grams of words. What else was measured (attention over the
encoder's tokens, kernels, one multinomial regression) stands in docs/architecture.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

BUCKETS = 2**17
SEED = 0
# Ten times the default: the held-out figures are the same, and training takes half the time.
TOLERANCE = 1e-2
# The score of a class that is alone among its kind.
SURE = 10.0
_CHARS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=BUCKETS, alternate_sign=False, norm=None
)
_WORDS = HashingVectorizer(
    token_pattern=r"[a-z0-9']+",
    ngram_range=(1, 3),
    n_features=BUCKETS,
    alternate_sign=False,
    norm=None,
)


@dataclass(frozen=True)
class DangerRecipe:
    """The numbers of the recipe.

    Attributes:
        char_weight: weight of the letters' n-grams beside the sentence vector.
        word_weight: weight of the words' n-grams.
        regularization: C of the regressions; larger fits closer.
        plain_weight: how much an ordinary wording counts beside a message of danger.
    """

    char_weight: float
    word_weight: float
    regularization: float
    plain_weight: float


@dataclass(frozen=True)
class DangerModel:
    """Trained regressions as plain arrays, saved without pickle.

    Shapes: d sentence dimensions, b buckets, k columns: first any grave danger, then the
    intents in the order of `intents`, the grave ones first.
    """

    intents: np.ndarray  # [k - 1]
    grave: np.ndarray  # [] how many of them are grave
    char_idf: np.ndarray  # [b] inverse document frequencies
    word_idf: np.ndarray  # [b]
    dense_weights: np.ndarray  # [d, k]
    char_weights: np.ndarray  # [b, k]
    word_weights: np.ndarray  # [b, k]
    bias: np.ndarray  # [k]

    def probabilities(self, text: str, dense: np.ndarray) -> dict[str, float]:
        """The probability of each safety intent, 0 to 1.

        The grave ones share the probability of any grave danger; each other stands alone.

        Args:
            text: what was typed.
            dense: unit sentence vector, shape [d], or [0] where the encoder is away.
        """
        scores = self.bias + _sum(_CHARS, text, self.char_idf, self.char_weights)
        scores = scores + _sum(_WORDS, text, self.word_idf, self.word_weights)
        if dense.size:
            scores = scores + dense @ self.dense_weights
        any_grave, *each = (1 / (1 + np.exp(-scores))).tolist()
        shares = np.array(each[: self.grave])
        shares = any_grave * shares / max(shares.sum(), 1e-12)
        found = [*shares.tolist(), *each[self.grave :]]
        return dict(zip(self.intents.tolist(), found, strict=True))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, **{f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, path: Path) -> DangerModel:
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


def train_danger(
    texts: Sequence[str],
    dense: np.ndarray,
    labels: Sequence[str | None],
    plain: Sequence[bool],
    grave: Sequence[str],
    recipe: DangerRecipe,
) -> DangerModel:
    """Learns from wordings; the same input gives the same model.

    Args:
        texts: what visitors type, length n.
        dense: unit sentence vectors, shape [n, d]; d may be 0.
        labels: the safety intent of each text; None where there is no danger.
        plain: whether a text is an ordinary wording.
        grave: the intents that are a danger to life.
        recipe: the numbers.
    """
    found = {label for label in labels if label}
    intents = [*(i for i in grave if i in found), *sorted(found - set(grave))]
    char_rows, char_idf = _rows(_CHARS, texts)
    word_rows, word_idf = _rows(_WORDS, texts)
    parts = [csr_matrix(dense), char_rows * recipe.char_weight, word_rows * recipe.word_weight]
    own = np.array([label or "" for label in labels])
    weight = np.where(plain, recipe.plain_weight, 1.0)
    c = recipe.regularization
    weights, bias = _fit_all(hstack(parts).tocsr(), own, intents, grave, weight, c)
    d = dense.shape[1]
    return DangerModel(
        intents=np.array(intents),
        grave=np.array(len(set(grave) & found)),
        char_idf=char_idf,
        word_idf=word_idf,
        dense_weights=weights[:d],
        char_weights=weights[d : d + BUCKETS] * recipe.char_weight,
        word_weights=weights[d + BUCKETS :] * recipe.word_weight,
        bias=bias,
    )


def plain_text(text: str) -> str:
    """Lower case, straight apostrophes, single blanks."""
    return " ".join(text.lower().replace("’", "'").split())


def _fit_all(
    rows: csr_matrix,
    own: np.ndarray,
    intents: Sequence[str],
    grave: Sequence[str],
    weight: np.ndarray,
    regularization: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights [columns of rows, k] and bias [k]: any grave danger, then each intent."""
    any_grave = np.isin(own, list(grave))
    everything = np.full(len(own), True)
    # The grave ones are told from one another only: that it is one of them is known then.
    columns = [(everything, any_grave)]
    columns += [(any_grave if i in grave else everything, own == i) for i in intents]

    def fit(column: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, float]:
        among, wanted = column
        return _fit(rows[among], wanted[among], weight[among], regularization)

    # liblinear lets go of Python's lock while it computes, so threads are enough.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        fitted = list(pool.map(fit, columns))
    weights = np.stack([row for row, _ in fitted], axis=1)
    bias = np.array([bias for _, bias in fitted])
    return weights.astype(np.float32), bias.astype(np.float32)


def _fit(
    rows: csr_matrix, column: np.ndarray, weight: np.ndarray, regularization: float
) -> tuple[np.ndarray, float]:
    if column.all():
        return np.zeros(rows.shape[1]), SURE
    model = LogisticRegression(
        C=regularization, solver="liblinear", tol=TOLERANCE, random_state=SEED
    )
    model.fit(rows, column, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _rows(vectorizer: HashingVectorizer, texts: Sequence[str]) -> tuple[csr_matrix, np.ndarray]:
    """Sublinear tf-idf rows of length 1, and the inverse document frequencies."""
    counts = vectorizer.transform([plain_text(text) for text in texts])
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    return tfidf.transform(counts), tfidf.idf_.astype(np.float32)


def _sum(
    vectorizer: HashingVectorizer, text: str, idf: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """What one text adds to the scores, shape [k]: its tf-idf row times the weights."""
    row = vectorizer.transform([plain_text(text)])
    values = (1 + np.log(row.data)) * idf[row.indices]
    length = max(float(np.sqrt((values**2).sum())), 1e-12)
    summed: np.ndarray = (values / length) @ weights[row.indices]
    return summed
