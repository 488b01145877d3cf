"""A contact's topic from its text: TF-IDF and a linear SVM, with probabilities that mean something.

Training is a pure function of the examples; the model's version is the hash of what it learnt from. Beside the workspace's topics it knows
a class "none of these", so that it can say that a text is about no topic at all.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from mci_router.triage.calibration import (
    UNCALIBRATED,
    Certainty,
    Learnt,
    best_temperature,
    calibration_error,
    covered,
    probabilities,
    thresholds_of,
)
from mci_router.triage.encoder import Encoder
from mci_router.triage.features import Counter, Weights, opening, prepared, weights_of
from mci_router.triage.none_of_these import NONE_OF_THESE, SENTENCES

REVISION = 2  # of the way from examples to a model; another one is another version
FOLDS = 5
OPENING_SHARE = 0.6  # of a long text's judgement, in log space
RANKED = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest topic and the probability that it is right; `ranked` has the likeliest three.

    `topic` is None where no topic fits; `confidence` is then that of the likeliest one all the same.
    """

    topic: str | None
    confidence: float
    ranked: tuple[tuple[str, float], ...] = ()
    shares: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    topics: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def probability_of(self, topics: Collection[str]) -> float:
        """The probability that the text is about one of these topics; unknown ones have none."""
        if self.shares is None:
            return 0.0
        return float(sum(share for topic, share in zip(self.topics, self.shares, strict=True) if topic in topics))


NO_GUESS = Guess(None, 0.0)


class TopicClassifier:
    """An immutable trained model. It knows nothing, and says so, when fewer than two topics have examples."""

    def __init__(self, version: str, learnt: Learnt, scorer: "_Scorer | None") -> None:
        self.version = version
        self.learnt = learnt
        self._scorer = scorer

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that it can tell, in the order of their names."""
        return self._scorer.topics if self._scorer else ()

    def certainty(self, guess: Guess) -> Certainty:
        """What may be done with a guess of this model."""
        return self.learnt.thresholds.certainty(guess.confidence) if guess.topic else Certainty.ASK

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """A guess for each text. CPU-bound: call it off the event loop, with many texts at once where possible."""
        if self._scorer is None or not texts:
            return [NO_GUESS] * len(texts)
        shares = self._scorer.shares([prepared(text) for text in texts], self.learnt.temperature)
        return [_guess(self._scorer.topics, row) for row in shares]


def _guess(topics: tuple[str, ...], row: NDArray[np.float64]) -> Guess:
    shares, none = row[:-1], float(row[-1])
    ranked = tuple((topics[i], round(float(shares[i]), 4)) for i in np.argsort(-shares, kind="stable")[:RANKED])
    topic, confidence = ranked[0]
    return Guess(topic if confidence >= none else None, confidence, ranked, shares, topics)


def train(examples: Mapping[str, Sequence[str]], *, encoder: Encoder | None = None, learnt: Learnt | None = None) -> TopicClassifier:
    """A classifier from example utterances by topic; with `learnt` of an earlier training of the same examples, the same one at once.

    CPU-bound: seconds for a thousand examples, most of them for the cross-validation that `learnt` spares.
    """
    version = version_of(examples, encoder)
    texts = [prepared(text) for topic in sorted(examples) for text in examples[topic]]
    topics = [topic for topic in sorted(examples) for _ in examples[topic]]
    names = tuple(sorted(set(topics)))
    counter = Counter()
    try:
        counter.learn(texts)  # no example has a word: there is nothing to learn
        counts = counter.learn([*texts, *SENTENCES])
    except ValueError:
        return TopicClassifier(version, UNCALIBRATED, None)
    if len(names) < 2:
        return TopicClassifier(version, UNCALIBRATED, None)
    places = np.array([names.index(topic) for topic in topics] + [len(names)] * len(SENTENCES))
    found = learnt or _cross_validated(counts, places, len(names))
    return TopicClassifier(version, found, _Scorer(names, counter, *_fitted(counts, places)))


def version_of(examples: Mapping[str, Sequence[str]], encoder: Encoder | None = None) -> str:
    """The hash of what a classifier would learn from."""
    learnt_from = [REVISION, sorted(examples.items()), [NONE_OF_THESE, *SENTENCES], encoder.sha256 if encoder else ""]
    return hashlib.sha256(json.dumps(learnt_from, default=list).encode()).hexdigest()[:16]


class _Scorer:
    """Scores of classes: the topics in order, and last "none of these"."""

    def __init__(self, topics: tuple[str, ...], counter: Counter, weights: Weights, model: Any) -> None:
        self.topics = topics
        self._counter = counter
        self._weights = weights
        self._model = model

    def shares(self, texts: Sequence[str], temperature: float) -> NDArray[np.float64]:
        """Probabilities, texts × classes. A long text's are blended with those of its opening."""
        openings = {i: short for i, text in enumerate(texts) if (short := opening(text))}
        shares = probabilities(self._scores([*texts, *openings.values()]), temperature)
        whole, beginnings = shares[: len(texts)], shares[len(texts) :]
        for place, row in zip(openings, beginnings, strict=True):
            blended = whole[place] ** (1 - OPENING_SHARE) * row**OPENING_SHARE
            whole[place] = blended / blended.sum()
        return whole

    def _scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = self._model.decision_function(self._weights.weigh(self._counter.count(texts)))
        return scores


def _fitted(counts: Sequence[Any], places: NDArray[np.int64]) -> tuple[Weights, Any]:
    weights = weights_of(counts)
    return weights, LinearSVC(random_state=0).fit(weights.weigh(counts), places)


def _cross_validated(counts: Sequence[Any], places: NDArray[np.int64], none: int) -> Learnt:
    folds = folds_of(places, none)
    held = np.flatnonzero(folds >= 0)
    if not (places[held] < none).any():
        return UNCALIBRATED
    scores = np.zeros((len(places), none + 1))
    for fold in range(FOLDS):
        ours = folds == fold
        if ours.any():
            weights, model = _fitted([block[~ours] for block in counts], places[~ours])
            scores[np.ix_(ours, model.classes_)] = model.decision_function(weights.weigh([block[ours] for block in counts]))
    return _learnt(scores[held], places[held], none)


def _learnt(scores: NDArray[np.float64], places: NDArray[np.int64], none: int) -> Learnt:
    ours = places < none
    temperature = best_temperature(scores[ours], places[ours])
    shares = probabilities(scores, temperature)
    likeliest = shares[:, :none].argmax(axis=1)
    sure = shares[np.arange(len(shares)), likeliest]
    right = likeliest == places
    thresholds = thresholds_of(sure[ours], right[ours])
    refused = (sure < thresholds.suggest) | (shares[:, none] > sure)
    figures = {
        "accuracy": float(right[ours].mean()),
        "ece": calibration_error(sure[ours], right[ours]),
        "coverage": covered(sure[ours], right[ours])[1],
        "in_scope_kept": float(1 - refused[ours].mean()),
        "out_of_scope_refused": float(refused[~ours].mean()),
    }
    return Learnt(temperature, thresholds, {name: round(value, 4) for name, value in figures.items()})


def folds_of(places: NDArray[np.int64], none: int) -> NDArray[np.int64]:
    """The fold in which each example is held back, from 0 to 4; -1 for the only example of a topic, which is never held back.

    A topic's examples are dealt out. The sentences of none of these stay together as they stand, by subject: so what is held back is as
    foreign as what strangers write.
    """
    folds = np.empty(len(places), dtype=np.int64)
    random = np.random.default_rng(0)
    for place in np.unique(places):
        rows = np.flatnonzero(places == place)
        if place == none:
            folds[rows] = np.arange(len(rows)) * FOLDS // len(rows)
        else:
            folds[rows] = random.permutation(len(rows)) % FOLDS if len(rows) > 1 else -1
    return folds
