"""Scope: whether a text is about any topic at all.

Three signs are weighed: how well the best topic fits, how well "none of these" fits, and how much of the text is made
of words that the topics' examples have. The weights come from held-out examples and held-out sentences of none of
these; the bar, from how many of the examples may be refused.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value

PRIOR = 49.0  # contacts about a topic for each about none: few people write to a company about something else
KEPT = 0.975  # of held-out examples, so that 0.95 remain of texts never seen, which strangers write in their own words


@value
class TopicScope:
    """Weights of the signs, and the bar from which on a text is about a topic.

    By default, a text is in scope where the best topic fits better than none of these.
    """

    weights: tuple[float, ...] = (5.0, -5.0)
    bias: float = 0.0
    bar: float = 0.0

    def weigh(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the log-odds that each text (a row of signs) is about a topic, with even odds beforehand."""
        known = len(self.weights)  # untried, an encoder's signs do not count
        return np.asarray(signs[:, :known] @ np.array(self.weights) + self.bias, dtype=np.float64)

    def probability(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the probability that each text is about a topic, with the odds that contacts have."""
        return np.asarray(1 / (1 + np.exp(-self.weigh(signs)) / PRIOR), dtype=np.float64)

    def includes(self, signs: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Returns whether each text is about a topic."""
        return np.asarray(self.weigh(signs) >= self.bar)

    def as_data(self) -> dict[str, Any]:
        """Returns a form that JSON can take."""
        return {"weights": list(self.weights), "bias": self.bias, "bar": self.bar}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "TopicScope":
        """Returns the inverse of `as_data`. Raises KeyError where something is missing."""
        return TopicScope(tuple(float(weight) for weight in data["weights"]), float(data["bias"]), float(data["bar"]))


UNWEIGHED = TopicScope()


def signs_of(views: Sequence[NDArray[np.float64]], familiar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns texts × signs, from each view's scores (whose last column is none of these) and the familiar shares."""
    fits = [column for scores in views for column in (scores[:, :-1].max(axis=1), scores[:, -1])]
    return np.column_stack([*fits, familiar])


def best_scope(signs: NDArray[np.float64], inside: NDArray[np.bool_]) -> TopicScope:
    """Returns the scope that best separates examples from sentences of none of these.

    It keeps the share `KEPT` of the examples.
    """
    if not (~inside).any():
        return UNWEIGHED
    from sklearn.linear_model import LogisticRegression  # takes a second: only training pays it

    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    model = LogisticRegression(class_weight="balanced").fit((signs - middle) / spread, inside)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - middle @ weights)
    bar = float(np.quantile(signs[inside] @ weights + bias, 1 - KEPT))
    return TopicScope(tuple(float(weight) for weight in weights), bias, bar)
