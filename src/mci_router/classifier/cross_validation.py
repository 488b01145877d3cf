"""What a workspace's own examples tell of a model that has not seen them: its temperature, its thresholds, its worth, its figures."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import (
    UNCALIBRATED,
    UNCALIBRATED_MEANING,
    Band,
    Learnt,
    banded,
    best_temperature,
    calibration_error,
    covered,
    thresholds_of,
)
from mci_router.classifier.phrasings import folds_by_phrasing
from mci_router.classifier.scope import best_scope
from mci_router.classifier.scoring import Material, Scores, learn, stacked
from mci_router.classifier.worth import UNTRIED_WORTH, Worth, best_worth, mixed

FOLDS = 5
FOLDS_OF_FEW = 10  # a model from four fifths of few examples is so much worse than that from all that all would seem unsure
FEW = 1_000  # examples in all
FOLDS_BY_PHRASING = 8  # the smaller a fold, the nearer its model is to the one from all, which has more families of wordings
FOLDS_BY_PHRASING_OF_MANY = 4
MANY = 4_000  # examples in all: enough that a quarter hardly makes a difference


def cross_validated(material: Material, strangers: Material) -> Learnt:
    """Holds each fifth back once (each tenth of few), and learns from the rest; then once more by phrasing, with strangers' texts among
    what is asked. Uncalibrated where no topic has two examples. CPU-bound.
    """
    topics = material.places[material.places < material.none]
    if not (np.bincount(topics) > 1).any():
        return UNCALIBRATED if material.embeddings is None else UNCALIBRATED_MEANING
    folds = FOLDS_OF_FEW if len(topics) < FEW else FOLDS
    scores, held = held_back(material, folds_of(material.places, material.none, folds))
    learnt = found(scores, material.places[held], material.none)
    worth, bands = worth_of(material, strangers, learnt)
    return told(replace(learnt, worth=worth, curves={"what_comes": bands}), scores, material.places[held], material.none)


def held_back(material: Material, fold_of: NDArray[np.int64]) -> tuple[Scores, NDArray[np.int64]]:
    """The scores of the texts that were held back, and their rows; -1 is never held back."""
    parts, rows = [], []
    for fold in range(fold_of.max() + 1):
        ours = fold_of == fold
        if ours.any():
            back = material.of(ours)
            parts.append(learn(material.of(~ours)).score(back.counts, back.embeddings))
            rows.append(np.flatnonzero(ours))
    return stacked(parts), np.concatenate(rows)


def worth_of(material: Material, strangers: Material, learnt: Learnt) -> tuple[Worth, tuple[Band, ...]]:
    """What guesses are worth on wordings that no example has, strangers among them; and the bands of a worth that had not seen them."""
    number = FOLDS_BY_PHRASING if len(material) < MANY else FOLDS_BY_PHRASING_OF_MANY
    fold_of, dealt = folds_by_phrasing(material, number), np.arange(len(strangers)) % number
    parts, right, folds, strange = [], [], [], []
    for fold in range(number):
        ours = fold_of == fold
        model = learn(material.of(~ours))
        for asked in filter(len, (material.of(ours), strangers.of(dealt == fold))):
            scores = model.score(asked.counts, asked.embeddings)
            shares = scores.shares(learnt)
            parts.append(scores.signs_of_guesses(shares))
            right.append((shares.argmax(axis=1) == asked.places) & learnt.scope.holds(scores.signs()))
            strange.append(asked.places == material.none)
            folds.append(np.full(len(asked.places), fold))
    signs, hits, foreign = np.concatenate(parts), np.concatenate(right), np.concatenate(strange)
    return best_worth(signs, hits, foreign), _bands_of_what_comes(signs, hits, foreign, np.concatenate(folds))


def _bands_of_what_comes(
    signs: NDArray[np.float64], right: NDArray[np.bool_], strange: NDArray[np.bool_], folds: NDArray[np.int64]
) -> tuple[Band, ...]:
    """Each fold's guesses by the worth that those of the other folds tell."""
    sure = np.zeros(len(right))
    for fold in np.unique(folds):
        rest = folds != fold
        worth = best_worth(signs[rest], right[rest], strange[rest])
        if worth == UNTRIED_WORTH:
            return ()
        sure[~rest] = worth.of(sure[~rest], signs[~rest])
    return banded(sure, right, mixed(strange))


def found(scores: Scores, places: NDArray[np.int64], none: int) -> Learnt:
    """Temperatures and scope, from the scores of held-back texts whose classes are `places`."""
    inside = places < none
    views = tuple(best_temperature(fits[inside], places[inside]) for fits in scores.fits())
    temperature = best_temperature(scores.joined(views)[inside], places[inside])
    return Learnt(temperature, scope=best_scope(scores.signs(), inside), views=views)


def told(learnt: Learnt, scores: Scores, places: NDArray[np.int64], none: int) -> Learnt:
    """With thresholds, and with what the same texts tell of a model that has learnt that."""
    inside, shares = places < none, scores.shares(learnt)
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == places
    worth, fits = learnt.worth.of(sure, scores.signs_of_guesses(shares)), learnt.scope.holds(scores.signs())
    thresholds = thresholds_of(worth[inside & fits].tolist())
    refused = ~fits | (worth < thresholds.suggest)
    figures = {
        "accuracy": right[inside].mean(),
        "ece": calibration_error(sure[inside], right[inside]),
        "coverage": covered(sure[inside], right[inside])[1],
        "in_scope_kept": 1 - refused[inside].mean(),
        "out_of_scope_refused": refused[~inside].mean() if (~inside).any() else 0.0,
    }
    curves = {"examples": banded(sure[inside], right[inside]), **learnt.curves}
    return replace(learnt, thresholds=thresholds, figures={name: round(float(value), 4) for name, value in figures.items()}, curves=curves)


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
