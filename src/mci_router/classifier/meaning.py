"""Scores of classes by a text's meaning, the vector that a sentence encoder gives it.

A multinomial logistic model, and, where there are few examples, how near the nearest one is: with 10 examples a topic that is worth 0.4
points on Banking77, with many nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.linear import LOGISTIC_C, Linear

UNSEEN_LOGIT = -20.0  # of a class without examples
NEARNESS = 4.0  # what the cosine of the nearest example counts; from 3 to 10 it hardly matters


@dataclass(frozen=True, slots=True)
class Meaning:
    """Logits by a linear model, and the examples to be near to: vectors in the order of their classes, and where each class begins."""

    linear: Linear
    examples: NDArray[np.float32] | None
    classes: NDArray[np.int64]
    begins: NDArray[np.int64]

    def scores(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Texts × classes, from texts × dimensions."""
        scores = self.linear.scores(vectors)
        if self.examples is not None:
            nearest = np.maximum.reduceat(vectors @ self.examples.T, self.begins, axis=1)
            scores[:, self.classes] += NEARNESS * nearest
        return scores


def fitted_meaning(vectors: NDArray[np.float64], places: NDArray[np.int64], classes: int, few: bool) -> Meaning:
    """Tells the classes 0 … `classes` − 1 apart, by vectors and the class of each. Deterministic."""
    from sklearn.linear_model import LogisticRegression  # a second to import, which only those who train should wait for

    present = np.unique(places)
    coefficients, intercepts = np.zeros((vectors.shape[1], classes)), np.full(classes, UNSEEN_LOGIT)
    model = LogisticRegression(C=LOGISTIC_C, max_iter=2_000).fit(vectors, places)
    several = len(present) > 2  # of two, scikit-learn tells only the second
    coefficients[:, present if several else present[1:]] = model.coef_.T
    intercepts[present if several else present[1:]] = model.intercept_
    if not several:
        intercepts[present[0]] = 0.0
    order = np.argsort(places, kind="stable")
    begins = np.searchsorted(places[order], present)
    return Meaning(Linear(coefficients, intercepts), vectors[order].astype(np.float32) if few else None, present, begins)
