"""Topics: a contact's topic from its text, by TF-IDF and a linear SVM, with calibrated probabilities.

Training is a pure function of the examples; the model's version is the hash of what it learnt from. Beside the
workspace's topics the model knows a class "none of these", so that it can answer that a text is about no topic at all.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.features import prepared, unspaced
from mci_router.classifier.guess import NO_GUESS, Guess, Topics
from mci_router.classifier.scoring import TextScorer
from mci_router.classifier.thresholds import Certainty

RANKED = 3
FEWEST_WORDS = 2  # known words that say what a text is about, needed to act on it


class TopicClassifier:
    """An immutable trained model. With examples of fewer than two topics it knows nothing, and its guesses say so.

    `languages` are those of its examples, as far as they can be told; empty where nobody has looked.
    """

    def __init__(
        self,
        version: str,
        learnt: Learnt,
        topics: tuple[str, ...] = (),
        scorer: TextScorer | None = None,
        languages: frozenset[str] = frozenset(),
    ) -> None:
        self.version = version
        self.learnt = learnt
        self.topics = Topics(topics)
        self.scorer = scorer
        self.languages = languages

    def speaking(self, languages: frozenset[str]) -> "TopicClassifier":
        """Returns the same model, whose examples are in these languages."""
        return TopicClassifier(self.version, self.learnt, self.topics, self.scorer, languages)

    def certainty(self, guess: Guess) -> Certainty:
        """Returns what may be done with a guess of this model."""
        return self.learnt.thresholds.of(guess.topic, guess.worth, guess.terse)

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for each text.

        CPU-bound: call it off the event loop, with many texts at once where possible.
        """
        if self.scorer is None or not texts:
            return [NO_GUESS] * len(texts)
        clean = [prepared(text) for text in texts]
        scores = self.scorer.score(clean)
        shares = scores.shares(self.learnt)
        worth = self.learnt.worth.of(shares.max(axis=1), scores.signs_of_guesses(shares))
        known = np.where([unspaced(text) for text in clean], FEWEST_WORDS, scores.known)
        fits = self.learnt.scope.includes(scores.signs()) & (known > 0)
        terse = (known < FEWEST_WORDS).tolist()
        vectors = [None] * len(texts) if scores.vectors is None else list(scores.vectors.astype(np.float32))
        return [
            _guess(self.topics, *one) for one in zip(shares, worth.tolist(), fits.tolist(), terse, vectors, strict=True)
        ]


def _guess(
    topics: Topics,
    shares: NDArray[np.float64],
    worth: float,
    fits: bool,
    terse: bool,
    vector: NDArray[np.float32] | None,
) -> Guess:
    ranked = tuple((topics[i], round(float(shares[i]), 4)) for i in np.argsort(-shares, kind="stable")[:RANKED])
    topic, confidence = ranked[0]
    return Guess(topic if fits else None, confidence, ranked, shares, topics, round(worth, 4), terse, vector)
