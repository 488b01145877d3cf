"""Probabilities from scores, their calibration, and the thresholds above which triage acts or suggests."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.scope import UNWEIGHED, Scope
from mci_router.classifier.worth import UNTRIED_WORTH, Worth
from mci_router.specs.bars import USUAL

TEMPERATURES = np.geomspace(0.02, 2, 50)
USUAL_TEMPERATURE = 0.65  # of ten examples a topic on Banking77
PRIOR_WEIGHT = 3.0  # a temperature twice or half the usual one has to be worth 1.4 nats
BINS = 15
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)  # of bands that people read
ACCURATE = 0.95  # of what is covered
SUGGESTED = 0.995  # of the held-back examples in scope, that are suggested at least: what is about a topic, however unsure which, is shown
FEWEST_HELD_BACK = 30  # fewer say nothing about thresholds


class Certainty(StrEnum):
    """What triage may do with its guess."""

    ACT = "act"
    SUGGEST = "suggest"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest confidence to act on a topic, and the lowest to suggest it; below, a person is asked."""

    act: float = USUAL.agent
    suggest: float = 0.3

    def certainty(self, confidence: float) -> Certainty:
        if confidence >= self.act:
            return Certainty.ACT
        return Certainty.SUGGEST if confidence >= self.suggest else Certainty.ASK

    def of(self, topic: str | None, worth: float, terse: bool) -> Certainty:
        """Of a guess: without a topic, none; of a text too terse to act on, at most a suggestion."""
        certainty = self.certainty(worth) if topic else Certainty.ASK
        return Certainty.SUGGEST if terse and certainty is Certainty.ACT else certainty


UNTRIED = Thresholds()  # where there are too few examples to hold any back


@dataclass(frozen=True, slots=True)
class Band:
    """Of held-back texts whose confidence is from `low` up to below `high`: how many there are, and the share that is right.

    Of what comes, strangers count in that share as much as they are of it.
    """

    low: float
    high: float
    texts: int
    right: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """What cross-validation found: enough, with the examples, to make the same model again without it.

    `views` are the temperatures of each way to look at a text (its words; its meaning, where there is an encoder), and `temperature`
    that of all together. `figures` are shares from 0 to 1 by name (accuracy, ece, ...), and `curves` the bands of confidence on texts like
    the examples and on what comes, for people to read.
    """

    temperature: float
    thresholds: Thresholds = UNTRIED
    figures: Mapping[str, float] = field(default_factory=dict)
    scope: Scope = UNWEIGHED
    views: tuple[float, ...] = (1.0,)
    worth: Worth = UNTRIED_WORTH
    curves: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
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
        """The inverse of `as_data`. Raises KeyError where something is missing."""
        return Learnt(
            temperature=float(data["temperature"]),
            thresholds=Thresholds(float(data["act"]), float(data["suggest"])),
            figures=dict(data["figures"]),
            scope=Scope.from_data(data["scope"]),
            views=tuple(float(temperature) for temperature in data["views"]),
            worth=Worth.from_data(data["worth"]),
            curves={name: tuple(Band(**band) for band in bands) for name, bands in data["curves"].items()},
        )


UNCALIBRATED = Learnt(USUAL_TEMPERATURE)  # where there are too few examples to hold any back
UNCALIBRATED_MEANING = Learnt(1.0, views=(USUAL_TEMPERATURE, USUAL_TEMPERATURE))  # the same with an encoder


def probabilities(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Softmax of the scores (texts × topics) divided by the temperature."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / temperature
    exponentials = np.exp(shifted)
    shares: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def log_sigmoid(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of scores of one class against the rest each: what is far below 0 counts by how far, what is far above hardly."""
    return np.asarray(-np.logaddexp(0, -scores), dtype=np.float64)


def best_temperature(scores: NDArray[np.float64], places: NDArray[np.int64]) -> float:
    """The temperature under which the right classes (column `places[i]` of row i) are likeliest (Guo et al. 2017, by a grid).

    A weak prior around a usual one keeps a handful of examples from claiming certainty.
    """
    rows = np.arange(len(places))
    losses = [
        -np.log(probabilities(scores, t)[rows, places] + 1e-12).sum() + PRIOR_WEIGHT * np.log(t / USUAL_TEMPERATURE) ** 2
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over 15 bins of equal width (Naeini et al. 2015)."""
    sure, hit = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    if not len(sure):
        return 0.0
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float(hit[bins == b].sum() - sure[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(sure)


def covered(confidences: Sequence[float], right: Sequence[bool], accurate: float = ACCURATE) -> tuple[float, float]:
    """The lowest confidence at and above which a share `accurate` is right, and the share of all texts that is so covered.

    Where no confidence is enough: above 1, and nothing.
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
    """Thresholds from held-back examples that are found to be in scope; the defaults where they are too few.

    What a confidence is worth is known, so acting begins at the same one everywhere; only what is suggested depends on the examples.
    """
    if len(confidences) < FEWEST_HELD_BACK:
        return Thresholds()
    act = Thresholds().act
    return Thresholds(act, min(act, float(np.quantile(np.asarray(confidences, dtype=float), 1 - SUGGESTED))))


def banded(confidences: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64] | None = None) -> tuple[Band, ...]:
    """The bands that have texts; `counts` says how much each text counts, where not all are alike."""
    counts, found = np.ones(len(right)) if counts is None else counts, []
    for low, high in pairwise(EDGES):
        inside = (confidences >= low) & ((confidences < high) | (high == EDGES[-1]))
        if inside.any():
            found.append(Band(low, high, int(inside.sum()), round(float(np.average(right[inside], weights=counts[inside])), 4)))
    return tuple(found)
