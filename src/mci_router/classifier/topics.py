"""A contact's topic from its text: TF-IDF and a linear SVM, with probabilities that mean something.

Training is a pure function of the examples; the model's version is the hash of what it learnt from. Beside the workspace's topics it knows
a class "none of these", so that it can say that a text is about no topic at all.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import UNCALIBRATED, Certainty, Learnt
from mci_router.classifier.cross_validation import cross_validated
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.features import Counter, prepared, unspaced, weights_of
from mci_router.classifier.linear import fitted
from mci_router.classifier.none_of_these import NONE_OF_THESE, SENTENCES
from mci_router.classifier.scoring import Material, Reader, learn
from mci_router.classifier.stop_words import stop_words
from mci_router.classifier.strangers import TRIED

REVISION = 5  # of the way from examples to a model; another one is another version
CLAIMED = -0.2  # the score from which a topic claims a sentence of none of these: what is foreign has about -0.6
OWN_TRADE = 0.5  # of a trade's sentences, from which on the topics' claim to them makes the trade the workspace's own
RANKED = 3
MOST_SELECTIONS = 64  # of topics, whose places a model remembers: a workspace asks for a few
FEWEST_WORDS = 2  # that are known and say what a text is about, to act on it


class Topics(tuple[str, ...]):
    """The topics of a model, in its order, and where some of them stand: worked out once for each selection."""

    def places(self, some: Collection[str]) -> NDArray[np.intp]:
        """Returns the places of those among `some` that the model knows."""
        known = self._places.get(key := frozenset(some))
        if known is None:
            if len(self._places) >= MOST_SELECTIONS:
                self._places.clear()
            known = self._places[key] = np.array([place for place, topic in enumerate(self) if topic in key], dtype=np.intp)
        return known

    @cached_property
    def _places(self) -> dict[frozenset[str], NDArray[np.intp]]:
        return {}


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest topic and the probability that it is right; `ranked` has the likeliest three.

    `topic` is None where the text is about no topic; `ranked` then has the likeliest all the same, and `confidence` that of the first.
    `shares` are the probabilities of all `topics`; what is missing to 1 is none of these. All these hold for texts like the examples;
    `foreseen` is how often such guesses are right for what comes, where that is known. `terse`: the text has too few words that say what
    it is about to act on.
    """

    topic: str | None
    confidence: float
    ranked: tuple[tuple[str, float], ...] = ()
    shares: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    topics: Topics = field(default=Topics(), compare=False, repr=False)
    foreseen: float | None = None
    terse: bool = False

    @property
    def worth(self) -> float:
        """How sure it is for what comes; untried, as sure as it thinks."""
        return self.confidence if self.foreseen is None else self.foreseen

    def probability_of(self, topics: Collection[str]) -> float:
        """The probability that the text is about one of these topics; unknown ones have none."""
        if self.shares is None:
            return 0.0
        return float(self.shares[self.topics.places(topics)].sum())


NO_GUESS = Guess(None, 0.0)


class TopicClassifier:
    """An immutable trained model. It knows nothing, and says so, when fewer than two topics have examples."""

    def __init__(self, version: str, learnt: Learnt, topics: tuple[str, ...] = (), reader: Reader | None = None) -> None:
        self.version = version
        self.learnt = learnt
        self.topics = Topics(topics)
        self._reader = reader

    def certainty(self, guess: Guess) -> Certainty:
        """What may be done with a guess of this model."""
        return self.learnt.thresholds.of(guess.topic, guess.worth, guess.terse)

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """A guess for each text. CPU-bound: call it off the event loop, with many texts at once where possible."""
        if self._reader is None or not texts:
            return [NO_GUESS] * len(texts)
        clean = [prepared(text) for text in texts]
        scores = self._reader.score(clean)
        shares = scores.shares(self.learnt)
        worth = self.learnt.worth.of(shares.max(axis=1), scores.signs_of_guesses(shares))
        known = np.where([unspaced(text) for text in clean], FEWEST_WORDS, scores.known)
        fits = self.learnt.scope.holds(scores.signs()) & (known > 0)
        return [
            _guess(self.topics, *one) for one in zip(shares, worth.tolist(), fits.tolist(), (known < FEWEST_WORDS).tolist(), strict=True)
        ]


def _guess(topics: Topics, shares: NDArray[np.float64], worth: float, fits: bool, terse: bool) -> Guess:
    ranked = tuple((topics[i], round(float(shares[i]), 4)) for i in np.argsort(-shares, kind="stable")[:RANKED])
    topic, confidence = ranked[0]
    return Guess(topic if fits else None, confidence, ranked, shares, topics, round(worth, 4), terse)


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
    material, claims = _material(counter, texts, places, len(topics), encoder)
    reader = Reader(counter, encoder, learn(material))
    if learnt is None or len(learnt.views) != (2 if encoder else 1):  # of a model of another kind
        learnt = cross_validated(material, _strangers(counter, material, claims, encoder))
    return TopicClassifier(version, learnt, topics, reader)


def version_of(examples: Mapping[str, Sequence[str]], encoder: Encoder | None = None) -> str:
    """The hash of what a classifier would learn from."""
    learnt_from = [REVISION, sorted(examples.items()), [NONE_OF_THESE, *SENTENCES, *TRIED.values()], encoder.sha256 if encoder else ""]
    return hashlib.sha256(json.dumps(learnt_from, default=list).encode()).hexdigest()[:16]


class _Claims:
    """What a model of the topics alone takes for one of them: it is not foreign here."""

    def __init__(self, material: Material) -> None:
        ours = material.of(material.places < material.none)
        self._weights = weights_of(ours.counts, np.ones(len(ours.places), dtype=bool), material.single, material.content)
        self._model = fitted(self._weights.weigh(ours.counts), ours.places, material.none, few=False)

    def on(self, texts: Material) -> NDArray[np.bool_]:
        """Which of the texts it takes for one of the topics."""
        return np.asarray(self._model.scores(self._weights.weigh(texts.counts)).max(axis=1) > CLAIMED)


def _material(
    counter: Counter, texts: Sequence[str], places: NDArray[np.int64], none: int, encoder: Encoder | None
) -> tuple[Material, _Claims]:
    """The examples, and the sentences of none of these that no topic claims; and the topics' claims."""
    all_texts, all_places = [*texts, *SENTENCES], np.concatenate([places, np.full(len(SENTENCES), none)])
    counts, single, content = counter.learn(all_texts), counter.single_words(), counter.content_words(stop_words(texts))
    material = Material(counts, encoder.embed(all_texts) if encoder else None, all_places, none, single, content)
    claims = _Claims(material)
    return material.of((all_places < none) | ~claims.on(material)), claims


def _strangers(counter: Counter, material: Material, claims: _Claims, encoder: Encoder | None) -> Material:
    """What other trades' customers write, and no model learns from; a trade that is the workspace's own is left out."""
    texts = [text for trade in TRIED.values() for text in trade]
    trades = np.repeat(np.arange(len(TRIED)), [len(trade) for trade in TRIED.values()])
    nowhere = np.full(len(texts), material.none)
    embeddings = encoder.embed(texts) if encoder else None
    strangers = Material(counter.count(texts), embeddings, nowhere, material.none, material.single, material.content)
    ours = np.bincount(trades, claims.on(strangers)) > OWN_TRADE * np.bincount(trades)
    return strangers.of(~ours[trades])
