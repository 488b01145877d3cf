"""Meaning: scores of classes by the vector that a sentence encoder gives to a text.

A multinomial logistic model; where there are few examples, also the nearness of the nearest example. With 10 examples a
topic that nearness is worth 0.4 points on Banking77, with many nothing.
"""

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.linear import LOGISTIC_C
from mci_router.values import value

UNSEEN_LOGIT = -20.0  # of a class without examples
NEARNESS = 4.0  # weight of the cosine of the nearest example; between 3 and 10 it hardly matters


@value
class Meaning:
    """A linear model, and the examples to be near to: vectors ordered by class, and where each class begins.

    `coefficients` are dimensions × classes.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    examples: NDArray[np.float32] | None
    classes: NDArray[np.int64]
    begins: NDArray[np.int64]

    def scores(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns texts × classes, from texts × dimensions."""
        scores = vectors @ self.coefficients + self.intercepts
        if self.examples is not None:
            nearest = np.maximum.reduceat(vectors @ self.examples.T, self.begins, axis=1)
            scores[:, self.classes] += NEARNESS * nearest
        return scores


def fitted_meaning(vectors: NDArray[np.float64], labels: NDArray[np.int64], classes: int, few: bool) -> Meaning:
    """Fits a model that separates the classes 0 … `classes` − 1, by vectors and the class of each. Deterministic."""
    from sklearn.linear_model import LogisticRegression  # takes a second: only training pays it

    present = np.unique(labels)
    coefficients, intercepts = np.zeros((vectors.shape[1], classes)), np.full(classes, UNSEEN_LOGIT)
    model = LogisticRegression(C=LOGISTIC_C, max_iter=2_000).fit(vectors, labels)
    several = len(present) > 2  # of two classes, scikit-learn gives a column for the second only
    coefficients[:, present if several else present[1:]] = model.coef_.T
    intercepts[present if several else present[1:]] = model.intercept_
    if not several:
        intercepts[present[0]] = 0.0
    order = np.argsort(labels, kind="stable")
    begins = np.searchsorted(labels[order], present)
    return Meaning(coefficients, intercepts, vectors[order].astype(np.float32) if few else None, present, begins)
