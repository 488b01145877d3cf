"""Calibration: probabilities from scores, and the thresholds above which triage acts or suggests."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.scope import UNWEIGHED, TopicScope
from mci_router.classifier.thresholds import UNTRIED, Thresholds
from mci_router.classifier.worth import UNTRIED_WORTH, GuessWorth
from mci_router.values import value

TEMPERATURES = np.geomspace(0.02, 2, 50)
USUAL_TEMPERATURE = 0.65  # with ten examples a topic on Banking77
PRIOR_WEIGHT = 3.0  # a temperature twice or half the usual one must be worth 1.4 nats
BINS = 15
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)  # of the bands that people read
ACCURATE = 0.95  # share that must be right of what is covered
# of the held-out examples in scope are suggested at least: what is about a topic is shown, however unsure the topic
SUGGESTED = 0.995
FEWEST_HELD_OUT = 30  # examples; fewer say nothing about thresholds


@value
class Band:
    """Held-out texts whose confidence is from `low` up to below `high`: their number, and the share that is right.

    In the bands of contacts to come, strangers have the weight that they have among those contacts.
    """

    low: float
    high: float
    texts: int
    right: float


@value
class Learnt:
    """The results of cross-validation: with the examples, enough to make the same model again without it.

    `views` are the temperatures of each way to look at a text (its words; its meaning, where there is an encoder), and
    `temperature` is that of all views together. `figures` are shares from 0 to 1 by name (accuracy, ece, ...). `curves`
    are the bands of confidence, on texts like the examples and on contacts to come, for people to read.
    """

    temperature: float
    thresholds: Thresholds = UNTRIED
    figures: Mapping[str, float] = field(default_factory=dict)
    scope: TopicScope = UNWEIGHED
    views: tuple[float, ...] = (1.0,)
    worth: GuessWorth = UNTRIED_WORTH
    curves: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Returns a form that JSON can take."""
        return {
            "temperature": self.temperature,
            "act": self.thresholds.act,
            "suggest": self.thresholds.suggest,
            "figures": dict(self.figures),
            "scope": self.scope.as_data(),
            "views": list(self.views),
            "worth": self.worth.as_data(),
            "curves": {name: [asdict(band) for band in bands] for name, bands in self.curves.items()},
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Learnt":
        """Returns the inverse of `as_data`. Raises KeyError where something is missing."""
        return Learnt(
            temperature=float(data["temperature"]),
            thresholds=Thresholds(float(data["act"]), float(data["suggest"])),
            figures=dict(data["figures"]),
            scope=TopicScope.from_data(data["scope"]),
            views=tuple(float(temperature) for temperature in data["views"]),
            worth=GuessWorth.from_data(data["worth"]),
            curves={name: tuple(Band(**band) for band in bands) for name, bands in data["curves"].items()},
        )


UNCALIBRATED = Learnt(USUAL_TEMPERATURE)  # where there are too few examples to leave any out
UNCALIBRATED_MEANING = Learnt(1.0, views=(USUAL_TEMPERATURE, USUAL_TEMPERATURE))  # the same with an encoder


def probabilities(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Returns the softmax of the scores (texts × topics) divided by the temperature."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / temperature
    exponentials = np.exp(shifted)
    shares: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def log_sigmoid(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the log-sigmoid of one-against-the-rest scores.

    Scores far below 0 still differ by how far, those far above hardly.
    """
    return np.asarray(-np.logaddexp(0, -scores), dtype=np.float64)


def best_temperature(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Returns the temperature under which the right classes (column `labels[i]` of row i) are likeliest.

    Found on a grid (Guo et al. 2017). A weak prior around a usual value keeps a handful of examples from claiming
    certainty.
    """
    rows = np.arange(len(labels))
    losses = [
        -np.log(probabilities(scores, t)[rows, labels] + 1e-12).sum()
        + PRIOR_WEIGHT * np.log(t / USUAL_TEMPERATURE) ** 2
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Returns the expected calibration error: the mean gap of confidence and accuracy over 15 equal bins.

    After Naeini et al. 2015.
    """
    sure, hit = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    if not len(sure):
        return 0.0
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float(hit[bins == b].sum() - sure[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(sure)


def covered(confidences: Sequence[float], right: Sequence[bool], accurate: float = ACCURATE) -> tuple[float, float]:
    """Returns the lowest confidence at and above which a share `accurate` is right, and the share of texts so covered.

    Where no confidence is enough: 1.0 and 0.0.
    """
    if not len(confidences):
        return 1.0, 0.0
    order = np.argsort(-np.asarray(confidences), kind="stable")
    sure, hit = np.asarray(confidences, dtype=float)[order], np.asarray(right, dtype=float)[order]
    enough = np.cumsum(hit) / np.arange(1, len(hit) + 1) >= accurate
    enough[:-1] &= sure[:-1] > sure[1:]  # texts of one confidence are covered together
    last = int(np.flatnonzero(enough)[-1]) if enough.any() else -1
    return (float(sure[last]), (last + 1) / len(sure)) if last >= 0 else (1.0, 0.0)


def thresholds_of(confidences: Sequence[float]) -> Thresholds:
    """Returns thresholds from held-out examples that are found to be in scope; the defaults where they are too few.

    What a confidence is worth is known, so acting begins at the same confidence everywhere; only the bar to suggest
    depends on the examples.
    """
    if len(confidences) < FEWEST_HELD_OUT:
        return Thresholds()
    act = Thresholds().act
    return Thresholds(act, min(act, float(np.quantile(np.asarray(confidences, dtype=float), 1 - SUGGESTED))))


def banded(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64] | None = None
) -> tuple[Band, ...]:
    """Returns the bands that have texts; `counts` gives each text a weight, where weights differ."""
    counts, bands = np.ones(len(right)) if counts is None else counts, []
    for low, high in pairwise(EDGES):
        inside = (confidences >= low) & ((confidences < high) | (high == EDGES[-1]))
        if inside.any():
            bands.append(
                Band(low, high, int(inside.sum()), round(float(np.average(right[inside], weights=counts[inside])), 4))
            )
    return tuple(bands)
