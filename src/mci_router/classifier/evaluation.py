"""How good a classifier is on labelled texts: what `mci-router triage eval` prints. Pure.

A text whose label is no topic of the classifier is out of scope: right is to ask a person. Accuracy is that of the likeliest topic,
as in what is published on such sets; whether triage would have acted on it is told apart.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mci_router.classifier.calibration import BINS, Band, Certainty, banded, calibration_error, covered
from mci_router.classifier.cross_validation import folds_of
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.labelled import Labelled
from mci_router.classifier.topics import Guess, TopicClassifier, train

SENSITIVE_FROM = 0.20  # the sum of the sensitive topics' probabilities from which a text counts as sensitive
BATCH = 512
MOST_CONFUSED = 15  # pairs that are kept


@dataclass(frozen=True, slots=True)
class Answer:
    """What a classifier made of a labelled text; `label` is None where it is out of scope."""

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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures are shares from 0 to 1; None where there is nothing to measure them by.

    `coverage` is the largest share of the texts in scope that, taken by falling confidence, is 95 % right. `act` and `suggest` are the
    shares of texts in scope on which triage acts or only suggests, `act_accuracy` how many of the former it gets right. `confused` has
    label, taken for, how often; `reliability` mean confidence, accuracy and number of texts of each bin of confidence. `bands` are of the
    confidence that decisions have, over all texts: what is out of scope, or of what no topic is found, is not right.
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
    """Asks for every text, and compares. CPU-bound."""
    return summed_up(answers(classifier, labelled, sensitive=sensitive, threshold=threshold), sensitive)


def answers(
    classifier: TopicClassifier, labelled: Sequence[Labelled], *, sensitive: Collection[str] = (), threshold: float = SENSITIVE_FROM
) -> list[Answer]:
    """What a classifier makes of each text. CPU-bound."""
    topics, sensitive = frozenset(classifier.topics), frozenset(sensitive)
    found = []
    for start in range(0, len(labelled), BATCH):
        batch = labelled[start : start + BATCH]
        for (_, label), guess in zip(batch, classifier.classify([text for text, _ in batch]), strict=True):
            alarmed = guess.probability_of(sensitive) >= threshold
            found.append(Answer(label if label in topics else None, guess, classifier.certainty(guess), alarmed))
    return found


def cross_validated(
    examples: Mapping[str, Sequence[str]],
    *,
    folds: int = 5,
    encoder: Encoder | None = None,
    sensitive: Collection[str] = (),
) -> Evaluation:
    """A workspace's own examples, each judged by a classifier that has not seen it. CPU-bound: `folds` trainings."""
    return summed_up(cross_answers(examples, folds=folds, encoder=encoder, sensitive=sensitive), sensitive)


def cross_answers(
    examples: Mapping[str, Sequence[str]],
    *,
    folds: int = 5,
    encoder: Encoder | None = None,
    sensitive: Collection[str] = (),
) -> list[Answer]:
    """What classifiers that have not seen them make of the examples."""
    pairs = [Labelled(text, topic) for topic in sorted(examples) for text in examples[topic]]
    names = sorted(examples)
    fold_of = folds_of(np.array([names.index(label or "") for _, label in pairs], dtype=np.int64), len(names), folds)
    found: list[Answer] = []
    for fold in range(folds):
        held = [pair for pair, its in zip(pairs, fold_of, strict=True) if its == fold]
        seen = [pair for pair, its in zip(pairs, fold_of, strict=True) if its != fold]
        learnt_from = {topic: [text for text, label in seen if label == topic] for topic in names}
        found += answers(train(learnt_from, encoder=encoder), held, sensitive=sensitive)
    return found


def summed_up(found: Sequence[Answer], sensitive: Collection[str]) -> Evaluation:
    """The figures of all answers."""
    inside = [answer for answer in found if answer.label is not None]
    outside = [answer for answer in found if answer.label is None]
    sure, right = [answer.guess.confidence for answer in inside], [answer.right for answer in inside]
    acted = [answer for answer in inside if answer.certainty is Certainty.ACT]
    alarming = [answer for answer in inside if answer.label in sensitive]
    harmless = [answer for answer in inside if answer.label not in sensitive]
    return Evaluation(
        in_scope=len(inside),
        out_of_scope=len(outside),
        accuracy=_share(right),
        ece=calibration_error(sure, right) if inside else None,
        coverage=covered(sure, right)[1] if inside else None,
        act=_share([answer.certainty is Certainty.ACT for answer in inside]),
        act_accuracy=_share([answer.right for answer in acted]),
        suggest=_share([answer.certainty is Certainty.SUGGEST for answer in inside]),
        kept=_share([answer.certainty is not Certainty.ASK for answer in inside]),
        out_of_scope_refused=_share([answer.certainty is Certainty.ASK for answer in outside]),
        sensitive_recall=_share([answer.sensitive for answer in alarming]),
        sensitive_false_alarms=_share([answer.sensitive for answer in harmless]) if sensitive else None,
        recalls=_recalls(inside),
        confused=_confused(inside),
        reliability=_reliability(sure, right),
        bands=_bands(found),
    )


def _share(facts: Sequence[bool]) -> float | None:
    return sum(facts) / len(facts) if facts else None


def _recalls(inside: Sequence[Answer]) -> dict[str, tuple[float, int]]:
    there = Counter(answer.label for answer in inside)
    hit = Counter(answer.label for answer in inside if answer.right)
    return {topic: (hit[topic] / count, count) for topic, count in sorted(there.items(), key=lambda item: item[0] or "") if topic}


def _confused(inside: Sequence[Answer]) -> list[tuple[str, str, int]]:
    wrong = Counter((answer.label or "", answer.likeliest or "") for answer in inside if not answer.right)
    pairs = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [(label, taken_for, count) for (label, taken_for), count in pairs[:MOST_CONFUSED]]


def _bands(found: Sequence[Answer]) -> Sequence[Band]:
    sure = [answer.guess.worth if answer.guess.topic else 0.0 for answer in found]
    return banded(np.array(sure), np.array([answer.right for answer in found], dtype=bool))


def _reliability(sure: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in zip(sure, right, strict=True):
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, hit))
    return [(sum(c for c, _ in b) / len(b), sum(hit for _, hit in b) / len(b), len(b)) for _, b in sorted(bins.items())]
