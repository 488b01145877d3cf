"""Cross-validation: what a workspace's own examples show of a model that has not seen them."""

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
from mci_router.classifier.material import TrainingMaterial
from mci_router.classifier.phrasings import folds_by_phrasing
from mci_router.classifier.scope import best_scope
from mci_router.classifier.scoring import Scores, learn, stacked
from mci_router.classifier.worth import UNTRIED_WORTH, GuessWorth, best_worth, mixed

FOLDS = 5
# a model of four fifths of few examples is so much worse than the model of all that every guess would seem unsure
FOLDS_OF_FEW = 10
FEW = 1_000  # examples in all
FOLDS_BY_PHRASING = 8  # the smaller a fold, the nearer its model is to that of all examples, which has more wordings
FOLDS_BY_PHRASING_OF_MANY = 4
MANY = 4_000  # examples in all: so many that leaving out a quarter hardly matters
LARGE, FOLDS_OF_LARGE = 1_000_000, 3  # texts × topics from which on each fold takes half a minute and more


def cross_validated(material: TrainingMaterial, strangers: TrainingMaterial) -> Learnt:
    """Learns the temperature, scope, worth, thresholds and figures of a model.

    Leaves each fifth out once (each tenth where there are few examples) and trains on the rest; then a second time by
    phrasing, with strangers' texts among those that are judged. Returns an uncalibrated result where no topic has two
    examples. CPU-bound.
    """
    topics = material.labels[material.labels < material.none]
    if not (np.bincount(topics) > 1).any():
        return UNCALIBRATED if material.embeddings is None else UNCALIBRATED_MEANING
    scores, rows = held_out_scores(material, folds_of(material.labels, material.none, _folds(material)))
    learnt = calibrated(scores, material.labels[rows], material.none)
    worth, bands = worth_of(material, strangers, learnt)
    return with_thresholds(
        replace(learnt, worth=worth, curves={"what_comes": bands}), scores, material.labels[rows], material.none
    )


def _folds(material: TrainingMaterial) -> int:
    if _is_large(material):
        return FOLDS_OF_LARGE
    return FOLDS_OF_FEW if (material.labels < material.none).sum() < FEW else FOLDS


def _folds_by_phrasing(material: TrainingMaterial) -> int:
    if _is_large(material):
        return FOLDS_OF_LARGE
    return FOLDS_BY_PHRASING if len(material) < MANY else FOLDS_BY_PHRASING_OF_MANY


def _is_large(material: TrainingMaterial) -> bool:
    return len(material) * material.none > LARGE


def held_out_scores(material: TrainingMaterial, fold_of: NDArray[np.int64]) -> tuple[Scores, NDArray[np.int64]]:
    """Returns the scores of the held-out texts, and their rows; texts of fold -1 are never held out."""
    parts, rows = [], []
    for fold in range(fold_of.max() + 1):
        ours = fold_of == fold
        if ours.any():
            held_out = material.of(ours)
            parts.append(learn(material.of(~ours)).score(held_out.counts, held_out.embeddings))
            rows.append(np.flatnonzero(ours))
    return stacked(parts), np.concatenate(rows)


def worth_of(
    material: TrainingMaterial, strangers: TrainingMaterial, learnt: Learnt
) -> tuple[GuessWorth, tuple[Band, ...]]:
    """Returns what guesses are worth on wordings that no example has, and bands of a worth that had not seen them.

    Strangers' texts are among those that are judged.
    """
    number = _folds_by_phrasing(material)
    fold_of, dealt = folds_by_phrasing(material, number), np.arange(len(strangers)) % number
    parts, right, folds, strange = [], [], [], []
    for fold in range(number):
        ours = fold_of == fold
        model = learn(material.of(~ours))
        for asked in filter(len, (material.of(ours), strangers.of(dealt == fold))):
            scores = model.score(asked.counts, asked.embeddings)
            shares = scores.shares(learnt)
            parts.append(scores.signs_of_guesses(shares))
            right.append((shares.argmax(axis=1) == asked.labels) & learnt.scope.includes(scores.signs()))
            strange.append(asked.labels == material.none)
            folds.append(np.full(len(asked.labels), fold))
    signs, hits, foreign = np.concatenate(parts), np.concatenate(right), np.concatenate(strange)
    return best_worth(signs, hits, foreign), _bands_of_what_comes(signs, hits, foreign, np.concatenate(folds))


def _bands_of_what_comes(
    signs: NDArray[np.float64], right: NDArray[np.bool_], strange: NDArray[np.bool_], folds: NDArray[np.int64]
) -> tuple[Band, ...]:
    """Returns bands of each fold's guesses, by the worth learnt from the other folds."""
    sure = np.zeros(len(right))
    for fold in np.unique(folds):
        rest = folds != fold
        worth = best_worth(signs[rest], right[rest], strange[rest])
        if worth == UNTRIED_WORTH:
            return ()
        sure[~rest] = worth.of(sure[~rest], signs[~rest])
    return banded(sure, right, mixed(strange))


def calibrated(scores: Scores, labels: NDArray[np.int64], none: int) -> Learnt:
    """Returns temperatures and scope, from the scores of held-out texts whose classes are `labels`."""
    inside = labels < none
    views = tuple(best_temperature(fits[inside], labels[inside]) for fits in scores.fits())
    temperature = best_temperature(scores.joined(views)[inside], labels[inside])
    return Learnt(temperature, scope=best_scope(scores.signs(), inside), views=views)


def with_thresholds(learnt: Learnt, scores: Scores, labels: NDArray[np.int64], none: int) -> Learnt:
    """Adds thresholds and figures to what was learnt, measured on the same held-out texts."""
    inside, shares = labels < none, scores.shares(learnt)
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == labels
    worth, fits = learnt.worth.of(sure, scores.signs_of_guesses(shares)), learnt.scope.includes(scores.signs())
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
    return replace(
        learnt,
        thresholds=thresholds,
        figures={name: round(float(value), 4) for name, value in figures.items()},
        curves=curves,
    )


def folds_of(labels: NDArray[np.int64], none: int, folds: int) -> NDArray[np.int64]:
    """Returns the fold in which each example is held out, from 0.

    The only example of a topic has -1: it is never held out. A topic's examples are dealt out. The sentences of none of
    these stay together by subject, as they are listed: so a held-out fold is as foreign as what strangers write.
    """
    fold_of = np.empty(len(labels), dtype=np.int64)
    random = np.random.default_rng(0)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if label == none:
            fold_of[rows] = np.arange(len(rows)) * folds // len(rows)
        else:
            fold_of[rows] = random.permutation(len(rows)) % folds if len(rows) > 1 else -1
    return fold_of
