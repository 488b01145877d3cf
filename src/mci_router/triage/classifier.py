"""A contact's topic from its text: TF-IDF and a linear SVM, with probabilities that mean something.

Training is a pure function of the examples; the model's version is the hash of what it learnt from. Beside the workspace's topics it knows
a class "none of these", so that it can say that a text is about no topic at all.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mci_router.triage.calibration import UNCALIBRATED, Certainty, Learnt
from mci_router.triage.cross_validation import cross_validated
from mci_router.triage.encoder import Encoder
from mci_router.triage.features import Counter, prepared, weights_of
from mci_router.triage.linear import fitted
from mci_router.triage.none_of_these import NONE_OF_THESE, SENTENCES
from mci_router.triage.scoring import Material, Reader, learn

REVISION = 4  # of the way from examples to a model; another one is another version
CLAIMED = -0.2  # the score from which a topic claims a sentence of none of these: what is foreign has about -0.6
RANKED = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest topic and the probability that it is right; `ranked` has the likeliest three.

    `topic` is None where the text is about no topic; `ranked` then has the likeliest all the same, and `confidence` that of the first.
    `shares` are the probabilities of all `topics`; what is missing to 1 is none of these.
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

    def __init__(self, version: str, learnt: Learnt, topics: tuple[str, ...] = (), reader: Reader | None = None) -> None:
        self.version = version
        self.learnt = learnt
        self.topics = topics
        self._reader = reader

    def certainty(self, guess: Guess) -> Certainty:
        """What may be done with a guess of this model."""
        return self.learnt.thresholds.certainty(guess.confidence) if guess.topic else Certainty.ASK

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """A guess for each text. CPU-bound: call it off the event loop, with many texts at once where possible."""
        if self._reader is None or not texts:
            return [NO_GUESS] * len(texts)
        scores = self._reader.score([prepared(text) for text in texts])
        fits = self.learnt.scope.holds(scores.signs())
        return [_guess(self.topics, row, bool(fit)) for row, fit in zip(scores.shares(self.learnt), fits, strict=True)]


def _guess(topics: tuple[str, ...], shares: NDArray[np.float64], fits: bool) -> Guess:
    ranked = tuple((topics[i], round(float(shares[i]), 4)) for i in np.argsort(-shares, kind="stable")[:RANKED])
    topic, confidence = ranked[0]
    return Guess(topic if fits else None, confidence, ranked, shares, topics)


def train(examples: Mapping[str, Sequence[str]], *, encoder: Encoder | None = None, learnt: Learnt | None = None) -> TopicClassifier:
    """A classifier from example utterances by topic; with `learnt` of an earlier training of the same examples, the same one at once.

    CPU-bound: seconds for a thousand examples, most of them for the cross-validation that `learnt` spares; with an encoder some ten times
    that. Raises EncoderFailed where the encoder's file is gone.
    """
    version, topics = version_of(examples, encoder), tuple(sorted(topic for topic in examples if examples[topic]))
    texts = [prepared(text) for topic in topics for text in examples[topic]]
    places = np.array([place for place, topic in enumerate(topics) for _ in examples[topic]], dtype=np.int64)
    if len(topics) < 2 or not any(any(c.isalnum() for c in text) for text in texts):
        return TopicClassifier(version, UNCALIBRATED)
    counter = Counter()
    material = _material(counter, texts, places, len(topics), encoder)
    reader = Reader(counter, encoder, learn(material))
    fitting = learnt is not None and len(learnt.views) == (2 if encoder else 1)  # of a model of the same kind
    return TopicClassifier(version, learnt if learnt and fitting else cross_validated(material), topics, reader)


def version_of(examples: Mapping[str, Sequence[str]], encoder: Encoder | None = None) -> str:
    """The hash of what a classifier would learn from."""
    learnt_from = [REVISION, sorted(examples.items()), [NONE_OF_THESE, *SENTENCES], encoder.sha256 if encoder else ""]
    return hashlib.sha256(json.dumps(learnt_from, default=list).encode()).hexdigest()[:16]


def _material(counter: Counter, texts: Sequence[str], places: NDArray[np.int64], none: int, encoder: Encoder | None) -> Material:
    """The examples, and the sentences of none of these that no topic claims."""
    all_texts, all_places = [*texts, *SENTENCES], np.concatenate([places, np.full(len(SENTENCES), none)])
    counts, single = counter.learn(all_texts), counter.single_words()
    material = Material(counts, encoder.embed(all_texts) if encoder else None, all_places, none, single)
    return material.of(~_claimed(material))


def _claimed(material: Material) -> NDArray[np.bool_]:
    """Sentences of none of these that a model of the topics alone takes for one of them: they are not foreign here."""
    ours = material.places < material.none
    weights = weights_of(material.counts.of(ours), ours[ours], material.single)
    model = fitted(weights.weigh(material.counts.of(ours)), material.places[ours], material.none, few=False)
    return np.asarray(~ours & (model.scores(weights.weigh(material.counts)).max(axis=1) > CLAIMED))
