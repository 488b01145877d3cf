"""Linear scores of classes, one against the rest.

With many examples a topic a linear SVM is fastest and best; with few, the logistic loss is three points better on Banking77 (10 a topic),
and its cost, ten times as high, does not matter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = 25  # examples a topic, in the median
LOGISTIC_C = 30.0  # inverse strength of the regularisation; from 10 to 100 it hardly matters
TOLERANCE = 0.05  # of the solver: its usual thousandth of that takes half as long again, for the same answers
UNSEEN_CLASS = -2.0  # the score of a class without examples: below what any other gets


@dataclass(frozen=True, slots=True)
class Linear:
    """Coefficients, features × classes, and intercepts; NaN-free whatever was learnt from."""

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scores(self, matrix: Any) -> NDArray[np.float64]:
        """Texts × classes."""
        return np.asarray(matrix @ self.coefficients) + self.intercepts

    def part(self, matrix: Any, first: int) -> NDArray[np.float64]:
        """What some of the features, from the one at `first` on, add to the scores."""
        return np.asarray(matrix @ self.coefficients[first : first + matrix.shape[1]])


def fitted(matrix: Any, places: NDArray[np.int64], classes: int, few: bool) -> Linear:
    """Tells the classes 0 … `classes` − 1 apart, by rows of a matrix and the class of each. Deterministic."""
    present = np.unique(places)
    coefficients, intercepts = np.zeros((matrix.shape[1], classes)), np.full(classes, UNSEEN_CLASS)
    found = _logistic(matrix, places, present) if few else _support_vectors(matrix, places, present)
    coefficients[:, present], intercepts[present] = found
    return Linear(coefficients, intercepts)


def has_few(places: NDArray[np.int64], none: int) -> bool:
    """Whether the topics, all classes before `none`, have few examples."""
    counts = np.bincount(places[places < none])
    return bool(np.median(counts[counts > 0]) <= FEW)


def _logistic(matrix: Any, places: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression  # a second to import, which only those who train should wait for

    one = LogisticRegression(C=LOGISTIC_C, solver="liblinear", dual=True, random_state=0, max_iter=1_000)
    return _one_by_one(one, matrix, places, present)


def _support_vectors(matrix: Any, places: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.svm import LinearSVC

    one = LinearSVC(random_state=0, max_iter=10_000, tol=TOLERANCE)
    # scikit-learn takes fewer than two examples a class for a mistake, and gives one column for two classes
    if len(places) < 2 * len(present) or len(present) == 2:
        return _one_by_one(one, matrix, places, present)
    model = one.fit(matrix, places)
    return model.coef_.T, model.intercept_


def _one_by_one(one: Any, matrix: Any, places: NDArray[np.int64], present: NDArray[np.int64]) -> tuple[Any, Any]:
    from sklearn.base import clone

    found = [clone(one).fit(matrix, places == place) for place in present]
    return np.stack([model.coef_[0] for model in found], axis=1), np.array([model.intercept_[0] for model in found])
