"""Topics: a contact's topic from its text, by TF-IDF and a linear SVM, with calibrated probabilities.

Training is a pure function of the examples; the model's version is the hash of what it learnt from. Beside the
workspace's topics the model knows a class "none of these", so that it can answer that a text is about no topic at all.
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
from mci_router.classifier.scoring import TextScorer, TrainingMaterial, learn
from mci_router.classifier.stop_words import stop_words
from mci_router.classifier.strangers import TRIED

REVISION = 5  # of the method; another method makes another version
CLAIMED = -0.2  # the score from which a topic claims a sentence of none of these: what is foreign has about -0.6
OWN_TRADE = 0.5  # of a trade's sentences: if the topics claim more, the trade is the workspace's own
RANKED = 3
MOST_SELECTIONS = 64  # sets of topics whose columns a model remembers: a workspace asks for a few
FEWEST_WORDS = 2  # known words that say what a text is about, needed to act on it


class Topics(tuple[str, ...]):
    """The topics of a model, in its order; the columns of each selection are worked out once."""

    def columns(self, some: Collection[str]) -> NDArray[np.intp]:
        """Returns the columns of those among `some` that the model knows."""
        known = self._columns.get(key := frozenset(some))
        if known is None:
            if len(self._columns) >= MOST_SELECTIONS:
                self._columns.clear()
            known = self._columns[key] = np.array([column for column, topic in enumerate(self) if topic in key], dtype=np.intp)
        return known

    @cached_property
    def _columns(self) -> dict[frozenset[str], NDArray[np.intp]]:
        return {}


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest topic and the probability that it is right; `ranked` has the likeliest three.

    `topic` is None where the text is about no topic; `ranked` then still has the likeliest, and `confidence` is that of
    the first. `shares` are the probabilities of all `topics`; the rest up to 1 is none of these. All these are valid
    for texts like the examples. `foreseen` is how often such guesses are right for contacts to come, where that is
    known. `terse` means that the text has too few words that say what it is about to act on it.
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
        """How sure the guess is for contacts to come; untried, its own confidence."""
        return self.confidence if self.foreseen is None else self.foreseen

    def probability_of(self, topics: Collection[str]) -> float:
        """Returns the probability that the text is about one of these topics; unknown topics have none."""
        if self.shares is None:
            return 0.0
        return float(self.shares[self.topics.columns(topics)].sum())


NO_GUESS = Guess(None, 0.0)


class TopicClassifier:
    """An immutable trained model. With examples of fewer than two topics it knows nothing, and its guesses say so."""

    def __init__(self, version: str, learnt: Learnt, topics: tuple[str, ...] = (), scorer: TextScorer | None = None) -> None:
        self.version = version
        self.learnt = learnt
        self.topics = Topics(topics)
        self._scorer = scorer

    def certainty(self, guess: Guess) -> Certainty:
        """Returns what may be done with a guess of this model."""
        return self.learnt.thresholds.of(guess.topic, guess.worth, guess.terse)

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for each text.

        CPU-bound: call it off the event loop, with many texts at once where possible.
        """
        if self._scorer is None or not texts:
            return [NO_GUESS] * len(texts)
        clean = [prepared(text) for text in texts]
        scores = self._scorer.score(clean)
        shares = scores.shares(self.learnt)
        worth = self.learnt.worth.of(shares.max(axis=1), scores.signs_of_guesses(shares))
        known = np.where([unspaced(text) for text in clean], FEWEST_WORDS, scores.known)
        fits = self.learnt.scope.includes(scores.signs()) & (known > 0)
        return [
            _guess(self.topics, *one) for one in zip(shares, worth.tolist(), fits.tolist(), (known < FEWEST_WORDS).tolist(), strict=True)
        ]


def _guess(topics: Topics, shares: NDArray[np.float64], worth: float, fits: bool, terse: bool) -> Guess:
    ranked = tuple((topics[i], round(float(shares[i]), 4)) for i in np.argsort(-shares, kind="stable")[:RANKED])
    topic, confidence = ranked[0]
    return Guess(topic if fits else None, confidence, ranked, shares, topics, round(worth, 4), terse)


def train(examples: Mapping[str, Sequence[str]], *, encoder: Encoder | None = None, learnt: Learnt | None = None) -> TopicClassifier:
    """Trains a classifier on example utterances by topic.

    With `learnt` of an earlier training on the same examples, makes the same classifier again, without the
    cross-validation. CPU-bound: seconds for a thousand examples, most of them for the cross-validation that `learnt`
    spares; about ten times that with an encoder. Raises EncoderFailed where the encoder's file is gone.
    """
    version, topics = version_of(examples, encoder), tuple(sorted(topic for topic in examples if examples[topic]))
    texts = [prepared(text) for topic in topics for text in examples[topic]]
    labels = np.array([label for label, topic in enumerate(topics) for _ in examples[topic]], dtype=np.int64)
    if len(topics) < 2 or not any(any(c.isalnum() for c in text) for text in texts):
        return TopicClassifier(version, UNCALIBRATED)
    counter = Counter()
    material, claims = _material(counter, texts, labels, len(topics), encoder)
    scorer = TextScorer(counter, encoder, learn(material))
    if learnt is None or len(learnt.views) != (2 if encoder else 1):  # `learnt` is of a model of another kind
        learnt = cross_validated(material, _strangers(counter, material, claims, encoder))
    return TopicClassifier(version, learnt, topics, scorer)


def version_of(examples: Mapping[str, Sequence[str]], encoder: Encoder | None = None) -> str:
    """Returns the hash of what a classifier would learn from."""
    learnt_from = [REVISION, sorted(examples.items()), [NONE_OF_THESE, *SENTENCES, *TRIED.values()], encoder.sha256 if encoder else ""]
    return hashlib.sha256(json.dumps(learnt_from, default=list).encode()).hexdigest()[:16]


class _Claims:
    """What a model of the topics alone takes for one of them: such a text is not foreign here."""

    def __init__(self, material: TrainingMaterial) -> None:
        ours = material.of(material.labels < material.none)
        self._weights = weights_of(ours.counts, np.ones(len(ours.labels), dtype=bool), material.single, material.content)
        self._model = fitted(self._weights.weigh(ours.counts), ours.labels, material.none, few=False)

    def on(self, texts: TrainingMaterial) -> NDArray[np.bool_]:
        """Returns which of the texts the model takes for one of the topics."""
        return np.asarray(self._model.scores(self._weights.weigh(texts.counts)).max(axis=1) > CLAIMED)


def _material(
    counter: Counter, texts: Sequence[str], labels: NDArray[np.int64], none: int, encoder: Encoder | None
) -> tuple[TrainingMaterial, _Claims]:
    """Returns the training material and the topics' claims.

    The material has the examples, and the sentences of none of these that no topic claims.
    """
    all_texts, all_labels = [*texts, *SENTENCES], np.concatenate([labels, np.full(len(SENTENCES), none)])
    counts, single, content = counter.learn(all_texts), counter.single_words(), counter.content_words(stop_words(texts))
    material = TrainingMaterial(counts, encoder.embed(all_texts) if encoder else None, all_labels, none, single, content)
    claims = _Claims(material)
    return material.of((all_labels < none) | ~claims.on(material)), claims


def _strangers(counter: Counter, material: TrainingMaterial, claims: _Claims, encoder: Encoder | None) -> TrainingMaterial:
    """Returns texts of other trades' customers, which no model learns from.

    A trade that is the workspace's own is left out.
    """
    texts = [text for trade in TRIED.values() for text in trade]
    trades = np.repeat(np.arange(len(TRIED)), [len(trade) for trade in TRIED.values()])
    no_topic = np.full(len(texts), material.none)
    embeddings = encoder.embed(texts) if encoder else None
    strangers = TrainingMaterial(counter.count(texts), embeddings, no_topic, material.none, material.single, material.content)
    ours = np.bincount(trades, claims.on(strangers)) > OWN_TRADE * np.bincount(trades)
    return strangers.of(~ours[trades])
