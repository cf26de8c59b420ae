"""Multinomial logistic regression in single precision.

scikit-learn's does the same in double precision and takes three times as long, which is the
difference between waiting and not waiting for a training; the test compares the two.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

REMEMBERED_STEPS = 10


def fit_regression(
    features: np.ndarray,
    classes: np.ndarray,
    regularization: float,
    balance: float,
    max_iterations: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Minimizes C * weighted cross-entropy + |weights|^2 / 2 by L-BFGS.

    Args:
        features: shape [n, d], float32.
        classes: numbers 0 .. k - 1, shape [n].
        regularization: C; larger fits closer.
        balance: exponent on the inverse class frequencies; 1 is scikit-learn's "balanced".
        max_iterations: bound on the steps.

    Returns:
        Weights, shape [d, k], and bias, shape [k], float32.
    """
    n, d = features.shape
    k = int(classes.max()) + 1
    with_one = np.hstack([features, np.ones((n, 1), dtype=np.float32)])
    weight = _class_weights(classes, k, balance)[classes]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        matrix = flat.reshape(d + 1, k).astype(np.float32)
        error, gradient = _cross_entropy(with_one, matrix, classes, weight)
        shrink = matrix.copy()
        shrink[-1] = 0  # the bias is free
        value = regularization * error + 0.5 * float((shrink * shrink).sum())
        return value, (regularization * gradient + shrink).ravel().astype(np.float64)

    options = {"maxiter": max_iterations, "maxcor": REMEMBERED_STEPS}
    start = np.zeros((d + 1) * k)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    matrix = found.x.reshape(d + 1, k).astype(np.float32)
    return matrix[:-1], matrix[-1]


def _cross_entropy(
    features: np.ndarray, matrix: np.ndarray, classes: np.ndarray, weight: np.ndarray
) -> tuple[float, np.ndarray]:
    """The weighted error and its gradient, shape of `matrix`; one array of [n, k] is used
    for scores, powers and differences in turn, because it is the largest thing here."""
    places = np.arange(len(classes))
    scores = features @ matrix
    scores -= scores.max(axis=1, keepdims=True)
    own = scores[places, classes]
    np.exp(scores, out=scores)
    totals = scores.sum(axis=1)
    error = float((weight * (np.log(totals) - own)).sum())
    scores *= (weight / totals)[:, None]
    scores[places, classes] -= weight
    return error, features.T @ scores


def _class_weights(classes: np.ndarray, k: int, balance: float) -> np.ndarray:
    """One weight a class; their mean over the examples is 1."""
    counts = np.bincount(classes, minlength=k)
    weights = (len(classes) / (k * counts)) ** balance
    return (weights / weights[classes].mean()).astype(np.float32)
