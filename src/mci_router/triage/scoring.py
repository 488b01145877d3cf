"""How well each topic, and none of these, fits a text: seen by its words, and by its meaning where there is an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mci_router.triage.calibration import Learnt, log_sigmoid, probabilities
from mci_router.triage.encoder import Encoder
from mci_router.triage.features import Counter, Counts, Weights, opening, weights_of
from mci_router.triage.linear import Linear, fitted, has_few
from mci_router.triage.meaning import Meaning, fitted_meaning
from mci_router.triage.scope import signs_of

OPENING_SHARE = 0.6  # of a long text's judgement
VIEW_SHARES = (0.3, 0.7)  # of words and of meaning, in log space; by trying on Banking77


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from: counts and embeddings (texts × dimensions, None without an encoder), and the class of each text.

    Classes are places from 0; the last, `none`, is none of these.
    """

    counts: Counts
    embeddings: NDArray[np.float64] | None
    places: NDArray[np.int64]
    none: int
    single: NDArray[np.bool_]

    def of(self, rows: NDArray[np.bool_]) -> "Material":
        embeddings = None if self.embeddings is None else self.embeddings[rows]
        return Material(self.counts.of(rows), embeddings, self.places[rows], self.none, self.single)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each view texts × classes, and of each text the familiar share of its words."""

    views: tuple[NDArray[np.float64], ...]
    familiar: NDArray[np.float64]

    def signs(self) -> NDArray[np.float64]:
        """What tells whether a text is about any topic."""
        return signs_of(self.views, self.familiar)

    def fits(self) -> list[NDArray[np.float64]]:
        """Of each view how well each topic fits, texts × topics. By words it is one class against the rest, by meaning all at once."""
        words, *meaning = (scores[:, :-1] for scores in self.views)
        return [log_sigmoid(words), *meaning]

    def joined(self, temperatures: Sequence[float]) -> NDArray[np.float64]:
        """The one view's fits, or the log-probabilities of both, blended."""
        fits = self.fits()
        if len(fits) == 1:
            return fits[0]
        shares = [probabilities(fit, temperature) for fit, temperature in zip(fits, temperatures, strict=True)]
        return np.asarray(np.tensordot(VIEW_SHARES, np.log(np.stack(shares) + 1e-12), axes=1), dtype=np.float64)

    def shares(self, learnt: Learnt) -> NDArray[np.float64]:
        """The probability of each topic, texts × topics; what is missing to 1 is none of these."""
        return probabilities(self.joined(learnt.views), learnt.temperature) * learnt.scope.probability(self.signs())[:, None]


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores of what was counted, by linear models of each view."""

    weights: Weights
    words: Linear
    meaning: Meaning | None

    def score(self, counts: Counts, embeddings: NDArray[np.float64] | None) -> Scores:
        by_words = self.words.scores(self.weights.weigh(counts))
        by_meaning = () if self.meaning is None or embeddings is None else (self.meaning.scores(embeddings),)
        return Scores((by_words, *by_meaning), self.weights.familiar_share(counts))


def learn(material: Material) -> Scorer:
    """The models that tell the classes apart. CPU-bound."""
    topical = material.places < material.none
    weights = weights_of(material.counts, topical, material.single)
    few, classes = has_few(material.places, material.none), material.none + 1
    words = fitted(weights.weigh(material.counts), material.places, classes, few)
    meaning = None if material.embeddings is None else fitted_meaning(material.embeddings, material.places, classes, few)
    return Scorer(weights, words, meaning)


@dataclass(frozen=True, slots=True)
class Reader:
    """Scores of texts. A long text is judged by its opening and by all of it."""

    counter: Counter
    encoder: Encoder | None
    scorer: Scorer

    def score(self, texts: Sequence[str]) -> Scores:
        openings = {place: short for place, text in enumerate(texts) if (short := opening(text))}
        read = [*texts, *openings.values()]
        scores = self.scorer.score(self.counter.count(read), self.encoder.embed(read) if self.encoder else None)
        return _blended(scores, len(texts), list(openings)) if openings else scores


def _blended(scores: Scores, texts: int, long: Sequence[int]) -> Scores:
    """What stands after the first `texts` rows are openings; they are blended into the rows of the texts that they open."""
    views, familiar = tuple(rows[:texts].copy() for rows in scores.views), scores.familiar[:texts].copy()
    for mine, all_rows in zip((*views, familiar), (*scores.views, scores.familiar), strict=True):
        mine[long] = (1 - OPENING_SHARE) * mine[long] + OPENING_SHARE * all_rows[texts:]
    return Scores(views, familiar)
