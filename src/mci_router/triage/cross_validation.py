"""What a workspace's own examples tell of a model that has not seen them: its temperature, its thresholds, its figures."""

import numpy as np
from numpy.typing import NDArray

from mci_router.triage.calibration import (
    UNCALIBRATED,
    UNCALIBRATED_MEANING,
    Learnt,
    best_temperature,
    calibration_error,
    covered,
    thresholds_of,
)
from mci_router.triage.scope import best_scope
from mci_router.triage.scoring import Material, Scores, learn

FOLDS = 5
FOLDS_OF_FEW = 10  # a model from four fifths of few examples is so much worse than that from all that all would seem unsure
FEW = 4_000  # examples in all


def cross_validated(material: Material) -> Learnt:
    """Holds each fifth back once (each tenth of few), and learns from the rest. Uncalibrated where no topic has two examples. CPU-bound."""
    topics = material.places[material.places < material.none]
    if not (np.bincount(topics) > 1).any():
        return UNCALIBRATED if material.embeddings is None else UNCALIBRATED_MEANING
    scores, held = held_back(material, FOLDS_OF_FEW if len(topics) < FEW else FOLDS)
    return found(scores, material.places[held], material.none)


def held_back(material: Material, folds: int) -> tuple[Scores, NDArray[np.int64]]:
    """The scores of the examples that were held back, and their rows."""
    fold_of = folds_of(material.places, material.none, folds)
    parts, rows = [], []
    for fold in range(folds):
        ours = fold_of == fold
        if ours.any():
            back = material.of(ours)
            parts.append(learn(material.of(~ours)).score(back.counts, back.embeddings))
            rows.append(np.flatnonzero(ours))
    views = tuple(np.concatenate(blocks) for blocks in zip(*(part.views for part in parts), strict=True))
    return Scores(views, np.concatenate([part.familiar for part in parts])), np.concatenate(rows)


def found(scores: Scores, places: NDArray[np.int64], none: int) -> Learnt:
    """What the scores of held-back texts, whose classes are `places`, tell."""
    inside = places < none
    views = tuple(best_temperature(fits[inside], places[inside]) for fits in scores.fits())
    temperature = best_temperature(scores.joined(views)[inside], places[inside])
    scope = best_scope(scores.signs(), inside)
    learnt = Learnt(temperature, scope=scope, views=views)
    shares = scores.shares(learnt)
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == places
    fits = scope.holds(scores.signs())
    thresholds = thresholds_of(sure[inside & fits], right[inside & fits])
    refused = ~fits | (sure < thresholds.suggest)
    figures = {
        "accuracy": right[inside].mean(),
        "ece": calibration_error(sure[inside], right[inside]),
        "coverage": covered(sure[inside], right[inside])[1],
        "in_scope_kept": 1 - refused[inside].mean(),
        "out_of_scope_refused": refused[~inside].mean() if (~inside).any() else 0.0,
    }
    return Learnt(temperature, thresholds, {name: round(float(value), 4) for name, value in figures.items()}, scope, views)


def folds_of(places: NDArray[np.int64], none: int, folds: int) -> NDArray[np.int64]:
    """The fold in which each example is held back, from 0; -1 for the only example of a topic, which is never held back.

    A topic's examples are dealt out. The sentences of none of these stay together as they stand, by subject: so what is held back is as
    foreign as what strangers write.
    """
    fold_of = np.empty(len(places), dtype=np.int64)
    random = np.random.default_rng(0)
    for place in np.unique(places):
        rows = np.flatnonzero(places == place)
        if place == none:
            fold_of[rows] = np.arange(len(rows)) * folds // len(rows)
        else:
            fold_of[rows] = random.permutation(len(rows)) % folds if len(rows) > 1 else -1
    return fold_of
