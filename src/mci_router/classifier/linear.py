"""Linear scores of classes, each against the rest.

With many examples a topic, a linear SVM is fastest and best. With few, the logistic loss is three points better on
Banking77 (10 a topic), and its cost, ten times as high, does not matter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = 25  # examples a topic, at the median
LOGISTIC_C = 30.0  # inverse strength of the regularisation; between 10 and 100 it hardly matters
TOLERANCE = 0.05  # of the solver: its default, a thousandth of that, takes half as long again and finds the same
UNSEEN_CLASS = -2.0  # the score of a class without examples: lower than that of any other class


@dataclass(frozen=True, slots=True)
class Linear:
    """Coefficients, features × classes, and intercepts; free of NaN whatever was learnt from."""

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scores(self, matrix: Any) -> NDArray[np.float64]:
        """Returns texts × classes."""
        return np.asarray(matrix @ self.coefficients) + self.intercepts

    def part(self, matrix: Any, first: int) -> NDArray[np.float64]:
        """Returns what some of the features, from the one at `first` on, add to the scores."""
        return np.asarray(matrix @ self.coefficients[first : first + matrix.shape[1]])


def fitted(matrix: Any, labels: NDArray[np.int64], classes: int, few: bool) -> Linear:
    """Fits a model that separates the classes 0 … `classes` − 1, by rows of a matrix and the class of each.

    Deterministic.
    """
    present = np.unique(labels)
    coefficients, intercepts = np.zeros((matrix.shape[1], classes)), np.full(classes, UNSEEN_CLASS)
    fitted_parts = _logistic(matrix, labels, present) if few else _support_vectors(matrix, labels, present)
    coefficients[:, present], intercepts[present] = fitted_parts
    return Linear(coefficients, intercepts)


def has_few(labels: NDArray[np.int64], none: int) -> bool:
    """Returns whether the topics, all classes before `none`, have few examples."""
    counts = np.bincount(labels[labels < none])
    return bool(np.median(counts[counts > 0]) <= FEW)


def _logistic(matrix: Any, labels: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression  # takes a second: only training pays it

    model = LogisticRegression(C=LOGISTIC_C, solver="liblinear", dual=True, random_state=0, max_iter=1_000)
    return _one_by_one(model, matrix, labels, present)


def _support_vectors(matrix: Any, labels: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.svm import LinearSVC

    model = LinearSVC(random_state=0, max_iter=10_000, tol=TOLERANCE)
    # scikit-learn takes fewer than two examples a class for a mistake, and gives one column for two classes
    if len(labels) < 2 * len(present) or len(present) == 2:
        return _one_by_one(model, matrix, labels, present)
    joint = model.fit(matrix, labels)
    return joint.coef_.T, joint.intercept_


def _one_by_one(model: Any, matrix: Any, labels: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.base import clone

    fitted_models = [clone(model).fit(matrix, labels == label) for label in present]
    return np.stack([model.coef_[0] for model in fitted_models], axis=1), np.array(
        [model.intercept_[0] for model in fitted_models]
    )
