"""Linear scores of classes, each against the rest.

With many examples a topic, a linear SVM is fastest and best. With few, the logistic loss is three points better on
Banking77 (10 a topic), and its cost, ten times as high, does not matter. A class's weights are kept in 255 levels: that
changes no score by more than a hundredth, and a model takes an eighth of the memory, and of the ledger.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sparse import SparseRows, side_by_side
from mci_router.values import value

FEW = 25  # examples a topic, at the median
LOGISTIC_C = 30.0  # inverse strength of the regularisation; between 10 and 100 it hardly matters
TOLERANCE = 0.05  # of the solver: its default, a thousandth of that, takes half as long again and finds the same
UNSEEN_CLASS = -2.0  # the score of a class without examples: lower than that of any other class
FEW_IN_ALL = 1_000_000  # texts × classes; with more than that the cost does matter: minutes a fit
LEVELS = 127
MOST_AT_ONCE = 8_000_000  # weights: some 200 MB in three copies of the solver

Weighed = tuple[SparseRows, SparseRows]
"""Texts × features, of words and of letters."""


@value
class Linear:
    """Weights, features × classes, in levels of a step a class, and intercepts; free of NaN whatever was learnt from.

    The features are first those of words, then those of letters.
    """

    levels: NDArray[np.int8]
    steps: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scores(self, texts: Weighed) -> NDArray[np.float64]:
        """Returns texts × classes."""
        by_words, by_letters = self.parts(texts)
        return by_words + by_letters + self.intercepts

    def parts(self, texts: Weighed) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns what words and what letters add to the scores."""
        words, letters = texts
        by_words = words.times_levels(self.levels[: words.width]) * self.steps
        return by_words, letters.times_levels(self.levels[words.width :]) * self.steps


def fitted(texts: Weighed, labels: NDArray[np.int64], classes: int, few: bool) -> Linear:
    """Fits a model that separates the classes 0 … `classes` − 1, by texts and the class of each.

    Deterministic.
    """
    matrix, solver = side_by_side(texts), _solver(few)
    levels = np.zeros((matrix.shape[1], classes), dtype=np.int8)
    steps, intercepts = np.ones(classes), np.full(classes, UNSEEN_CLASS)
    fit = _one_by_one if few or _is_delicate(matrix, labels) else _together
    for label, weights, intercept in fit(solver, matrix, labels):
        steps[label] = max(np.abs(weights).max(initial=0), 1e-9) / LEVELS
        levels[:, label] = np.rint(weights / steps[label])
        intercepts[label] = intercept
    return Linear(levels, steps, intercepts)


def has_few(labels: NDArray[np.int64], none: int) -> bool:
    """Returns whether the topics, all classes before `none`, have few examples, and are not themselves many."""
    counts = np.bincount(labels[labels < none])
    return bool(np.median(counts[counts > 0]) <= FEW) and len(labels) * none <= FEW_IN_ALL


def _solver(few: bool) -> Any:
    if few:
        from sklearn.linear_model import LogisticRegression  # takes a second: only training pays it

        return LogisticRegression(C=LOGISTIC_C, solver="liblinear", dual=True, random_state=0, max_iter=1_000)
    from sklearn.svm import LinearSVC

    return LinearSVC(random_state=0, max_iter=10_000, tol=TOLERANCE)


Fitted = Iterator[tuple[int, NDArray[np.float64], float]]
"""Each class that has examples, its weights and its intercept."""


def _is_delicate(matrix: Any, labels: NDArray[np.int64]) -> bool:
    """Returns whether the classes must be fitted one by one.

    scikit-learn takes fewer than two examples a class for a mistake, and gives one column for two classes; and the
    unrounded weights of all classes at once may take most of a training's memory.
    """
    present = len(np.unique(labels))
    return len(labels) < 2 * present or present == 2 or matrix.shape[1] * present > MOST_AT_ONCE


def _together(solver: Any, matrix: Any, labels: NDArray[np.int64]) -> Fitted:
    model = solver.fit(matrix, labels)
    yield from zip(np.unique(labels).tolist(), model.coef_, model.intercept_.tolist(), strict=True)


def _one_by_one(solver: Any, matrix: Any, labels: NDArray[np.int64]) -> Fitted:
    for label in np.unique(labels).tolist():
        model = solver.fit(matrix, labels == label)
        yield label, model.coef_[0], float(model.intercept_[0])
