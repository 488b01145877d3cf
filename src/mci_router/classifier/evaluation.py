"""Evaluation: how good a classifier is on labelled texts, as `mci-router triage eval` prints it. Pure.

A text whose label is no topic of the classifier is out of scope: the right answer is to ask a person. `accuracy` counts
the likeliest topic, as publications on such data sets do; whether triage would act on it is counted separately.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from mci_router.classifier.calibration import BINS, Band, banded, calibration_error, covered
from mci_router.classifier.cross_validation import folds_of
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.fitting import train
from mci_router.classifier.guess import Guess
from mci_router.classifier.labelled import Labelled
from mci_router.classifier.thresholds import Certainty
from mci_router.classifier.topics import TopicClassifier
from mci_router.values import value

SENSITIVE_FROM = 0.20  # a text counts as sensitive when its sensitive topics' probabilities add up to this
BATCH = 512
MOST_CONFUSED = 15  # pairs that are listed


@value
class Prediction:
    """A classifier's prediction for a labelled text; `label` is None where the text is out of scope."""

    label: str | None
    guess: Guess
    certainty: Certainty
    sensitive: bool

    @property
    def likeliest(self) -> str | None:
        return self.guess.ranked[0][0] if self.guess.ranked else None

    @property
    def right(self) -> bool:
        return self.label is not None and self.likeliest == self.label


@value
class Evaluation:
    """The figures of a classifier: shares from 0 to 1; None where there is nothing to measure them by.

    - `coverage` is the largest share of the texts in scope, taken by falling confidence, of which 95 % are right.
    - `act` and `suggest` are the shares of texts in scope on which triage acts or only suggests; `act_accuracy` is the
      share of the former that it gets right.
    - `confused` has triples of label, what it was taken for, and how often.
    - `reliability` has mean confidence, accuracy and number of texts of each bin of confidence.
    - `bands` are of the confidence that decisions have, over all texts: a text that is out of scope, or for which no
      topic is found, does not count as right.
    """

    in_scope: int
    out_of_scope: int
    accuracy: float | None
    ece: float | None
    coverage: float | None
    act: float | None
    act_accuracy: float | None
    suggest: float | None
    kept: float | None
    out_of_scope_refused: float | None
    sensitive_recall: float | None
    sensitive_false_alarms: float | None
    recalls: Mapping[str, tuple[float, int]]
    confused: Sequence[tuple[str, str, int]]
    reliability: Sequence[tuple[float, float, int]]
    bands: Sequence[Band]


def evaluate(
    classifier: TopicClassifier,
    labelled: Sequence[Labelled],
    *,
    sensitive: Collection[str] = (),
    threshold: float = SENSITIVE_FROM,
) -> Evaluation:
    """Classifies every text and compares with the labels. CPU-bound."""
    return summed_up(predictions(classifier, labelled, sensitive=sensitive, threshold=threshold), sensitive)


def predictions(
    classifier: TopicClassifier,
    labelled: Sequence[Labelled],
    *,
    sensitive: Collection[str] = (),
    threshold: float = SENSITIVE_FROM,
) -> list[Prediction]:
    """Returns what a classifier predicts for each text. CPU-bound."""
    topics, sensitive = frozenset(classifier.topics), frozenset(sensitive)
    predicted = []
    for start in range(0, len(labelled), BATCH):
        batch = labelled[start : start + BATCH]
        for (_, label), guess in zip(batch, classifier.classify([text for text, _ in batch]), strict=True):
            alarmed = guess.probability_of(sensitive) >= threshold
            predicted.append(
                Prediction(label if label in topics else None, guess, classifier.certainty(guess), alarmed)
            )
    return predicted


def cross_validated(
    examples: Mapping[str, Sequence[str]],
    *,
    folds: int = 5,
    encoder: Encoder | None = None,
    sensitive: Collection[str] = (),
) -> Evaluation:
    """Evaluates classifiers on a workspace's own examples, each judged by one that has not seen it.

    CPU-bound: `folds` trainings.
    """
    return summed_up(cross_predictions(examples, folds=folds, encoder=encoder, sensitive=sensitive), sensitive)


def cross_predictions(
    examples: Mapping[str, Sequence[str]],
    *,
    folds: int = 5,
    encoder: Encoder | None = None,
    sensitive: Collection[str] = (),
) -> list[Prediction]:
    """Returns what classifiers predict for the examples that they have not seen."""
    pairs = [Labelled(text, topic) for topic in sorted(examples) for text in examples[topic]]
    names = sorted(examples)
    fold_of = folds_of(np.array([names.index(label or "") for _, label in pairs], dtype=np.int64), len(names), folds)
    predicted: list[Prediction] = []
    for fold in range(folds):
        held_out = [pair for pair, its in zip(pairs, fold_of, strict=True) if its == fold]
        seen = [pair for pair, its in zip(pairs, fold_of, strict=True) if its != fold]
        learnt_from = {topic: [text for text, label in seen if label == topic] for topic in names}
        predicted += predictions(train(learnt_from, encoder=encoder), held_out, sensitive=sensitive)
    return predicted


def summed_up(predictions: Sequence[Prediction], sensitive: Collection[str]) -> Evaluation:
    """Returns the figures of all predictions."""
    inside = [prediction for prediction in predictions if prediction.label is not None]
    outside = [prediction for prediction in predictions if prediction.label is None]
    sure, right = [prediction.guess.confidence for prediction in inside], [prediction.right for prediction in inside]
    acted = [prediction for prediction in inside if prediction.certainty is Certainty.ACT]
    alarming = [prediction for prediction in inside if prediction.label in sensitive]
    harmless = [prediction for prediction in inside if prediction.label not in sensitive]
    return Evaluation(
        in_scope=len(inside),
        out_of_scope=len(outside),
        accuracy=_share(right),
        ece=calibration_error(sure, right) if inside else None,
        coverage=covered(sure, right)[1] if inside else None,
        act=_share([prediction.certainty is Certainty.ACT for prediction in inside]),
        act_accuracy=_share([prediction.right for prediction in acted]),
        suggest=_share([prediction.certainty is Certainty.SUGGEST for prediction in inside]),
        kept=_share([prediction.certainty is not Certainty.ASK for prediction in inside]),
        out_of_scope_refused=_share([prediction.certainty is Certainty.ASK for prediction in outside]),
        sensitive_recall=_share([prediction.sensitive for prediction in alarming]),
        sensitive_false_alarms=_share([prediction.sensitive for prediction in harmless]) if sensitive else None,
        recalls=_recalls(inside),
        confused=_confused(inside),
        reliability=_reliability(sure, right),
        bands=_bands(predictions),
    )


def _share(facts: Sequence[bool]) -> float | None:
    return sum(facts) / len(facts) if facts else None


def _recalls(inside: Sequence[Prediction]) -> dict[str, tuple[float, int]]:
    there = Counter(prediction.label for prediction in inside)
    hit = Counter(prediction.label for prediction in inside if prediction.right)
    return {
        topic: (hit[topic] / count, count)
        for topic, count in sorted(there.items(), key=lambda item: item[0] or "")
        if topic
    }


def _confused(inside: Sequence[Prediction]) -> list[tuple[str, str, int]]:
    wrong = Counter(
        (prediction.label or "", prediction.likeliest or "") for prediction in inside if not prediction.right
    )
    pairs = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [(label, taken_for, count) for (label, taken_for), count in pairs[:MOST_CONFUSED]]


def _bands(predictions: Sequence[Prediction]) -> Sequence[Band]:
    sure = [prediction.guess.worth if prediction.guess.topic else 0.0 for prediction in predictions]
    return banded(np.array(sure), np.array([prediction.right for prediction in predictions], dtype=bool))


def _reliability(sure: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in zip(sure, right, strict=True):
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, hit))
    return [(sum(c for c, _ in b) / len(b), sum(hit for _, hit in b) / len(b), len(b)) for _, b in sorted(bins.items())]
