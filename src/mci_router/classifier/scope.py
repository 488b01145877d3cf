"""Whether a text is about any topic at all.

Three signs are weighed: how well the best topic fits, how well "none of these" does, and how much of the text is made of words that the
examples of the topics have. The weights come from held-back examples and held-back sentences of none of these; the bar, from how many of
the former may be refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PRIOR = 49.0  # contacts about a topic for each about none: few people write to a company about nothing of its business
KEPT = 0.975  # of held-back examples. The goal is 0.95 of what was never seen, which strangers write in words of their own


@dataclass(frozen=True, slots=True)
class Scope:
    """Weighs the signs; from `bar` on a text is about a topic. The default: where the best topic fits better than none of these."""

    weights: tuple[float, ...] = (5.0, -5.0)
    bias: float = 0.0
    bar: float = 0.0

    def weigh(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log-odds that each text (a row of signs) is about a topic, if as many were as were not."""
        known = len(self.weights)  # untried, an encoder's signs do not count
        return np.asarray(signs[:, :known] @ np.array(self.weights) + self.bias, dtype=np.float64)

    def probability(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """That each text is about a topic, as contacts are."""
        return np.asarray(1 / (1 + np.exp(-self.weigh(signs)) / PRIOR), dtype=np.float64)

    def holds(self, signs: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each text is about a topic."""
        return np.asarray(self.weigh(signs) >= self.bar)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"weights": list(self.weights), "bias": self.bias, "bar": self.bar}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Scope":
        """The inverse of `as_data`. Raises KeyError where something is missing."""
        return Scope(tuple(float(weight) for weight in data["weights"]), float(data["bias"]), float(data["bar"]))


UNWEIGHED = Scope()


def signs_of(views: Sequence[NDArray[np.float64]], familiar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Texts × signs, from the scores of each view, whose last column is none of these, and the familiar shares of the texts."""
    fits = [column for scores in views for column in (scores[:, :-1].max(axis=1), scores[:, -1])]
    return np.column_stack([*fits, familiar])


def best_scope(signs: NDArray[np.float64], inside: NDArray[np.bool_]) -> Scope:
    """The scope that tells examples from sentences of none of these best while it keeps a share `KEPT` of the examples."""
    if not (~inside).any():
        return UNWEIGHED
    from sklearn.linear_model import LogisticRegression  # a second to import, which only those who train should wait for

    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    model = LogisticRegression(class_weight="balanced").fit((signs - middle) / spread, inside)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - middle @ weights)
    bar = float(np.quantile(signs[inside] @ weights + bias, 1 - KEPT))
    return Scope(tuple(float(weight) for weight in weights), bias, bar)
