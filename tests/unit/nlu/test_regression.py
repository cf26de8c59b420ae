"""Our regression against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from clinicbot.nlu.regression import fit_regression


@pytest.fixture(scope="module")
def toy() -> tuple[np.ndarray, np.ndarray]:
    """Three clouds of points, the third rare."""
    random = np.random.default_rng(7)
    centres = np.array([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 1]])
    classes = np.repeat([0, 1, 2], [60, 50, 10])
    points = centres[classes] + random.normal(size=(120, 4))
    return points.astype(np.float32), classes


def probabilities(features: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    scores = np.exp(features @ weights + bias)
    return scores / scores.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("regularization", [0.1, 1.0, 10.0])
@pytest.mark.parametrize(("balance", "class_weight"), [(0.0, None), (1.0, "balanced")])
def test_it_finds_what_scikit_learn_finds(toy, regularization, balance, class_weight):
    features, classes = toy
    ours = probabilities(features, *fit_regression(features, classes, regularization, balance, 500))
    theirs = LogisticRegression(C=regularization, class_weight=class_weight, max_iter=500, tol=1e-8)
    expected = theirs.fit(features, classes).predict_proba(features)
    assert np.abs(ours - expected).max() < 0.01


def test_the_same_input_gives_the_same_weights(toy):
    first, second = (fit_regression(*toy, 1.0, 0.5, 50) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_balance_lifts_the_rare_class(toy):
    features, classes = toy
    plain, lifted = (
        probabilities(features, *fit_regression(features, classes, 1.0, balance, 200))[:, 2].sum()
        for balance in (0.0, 1.0)
    )
    assert lifted > 1.2 * plain


def test_weights_come_in_single_precision_one_column_a_class(toy):
    weights, bias = fit_regression(*toy, 1.0, 0.5, 20)
    assert (weights.shape, bias.shape) == ((4, 3), (3,))
    assert weights.dtype == bias.dtype == np.float32
