"""Scoring: how well each topic, and none of these, fits a text, by its words and, with an encoder, by its meaning."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import Learnt, log_sigmoid, probabilities
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.features import Counter, Counts, TfIdfWeights, opening, weights_of
from mci_router.classifier.linear import Linear, fitted, has_few
from mci_router.classifier.material import TrainingMaterial
from mci_router.classifier.meaning import Meaning, fitted_meaning
from mci_router.classifier.scope import signs_of
from mci_router.classifier.worth import signs_of_guesses
from mci_router.values import value

OPENING_SHARE = 0.6  # weight of the opening in a long text
VIEW_SHARES = (0.3, 0.7)  # weights of words and of meaning, in log space; found by trying on Banking77


@value
class Scores:
    """Scores of texts: of each view texts × classes.

    `words` is the part of the first view that whole words and their pairs give; letters give the rest. `familiar` is
    the familiar share of each text's words, and `known` the number of its known words that say what it is about.
    `vectors` are those of the texts themselves, texts × dimensions, where there is an encoder.
    """

    views: tuple[NDArray[np.float64], ...]
    words: NDArray[np.float64]
    familiar: NDArray[np.float64]
    known: NDArray[np.int64]
    vectors: NDArray[np.float64] | None = None

    def signs(self) -> NDArray[np.float64]:
        """Returns the signs of whether a text is about any topic."""
        return signs_of(self.views, self.familiar)

    def fits(self) -> list[NDArray[np.float64]]:
        """Returns how well each topic fits, texts × topics, of each view.

        By words each class is scored against the rest, by meaning all classes at once.
        """
        words, *meaning = (scores[:, :-1] for scores in self.views)
        return [log_sigmoid(words), *meaning]

    def joined(self, temperatures: Sequence[float]) -> NDArray[np.float64]:
        """Returns the fits of a single view, or the blended log-probabilities of both."""
        fits = self.fits()
        if len(fits) == 1:
            return fits[0]
        shares = [probabilities(fit, temperature) for fit, temperature in zip(fits, temperatures, strict=True)]
        return np.asarray(np.tensordot(VIEW_SHARES, np.log(np.stack(shares) + 1e-12), axes=1), dtype=np.float64)

    def shares(self, learnt: Learnt) -> NDArray[np.float64]:
        """Returns the probability of each topic, texts × topics; the rest up to 1 is none of these."""
        return (
            probabilities(self.joined(learnt.views), learnt.temperature)
            * learnt.scope.probability(self.signs())[:, None]
        )

    def signs_of_guesses(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the signs of how much the guesses with these shares are worth."""
        return signs_of_guesses(shares, self.views, self.words, self.familiar)


def stacked(parts: Sequence[Scores]) -> Scores:
    """Joins the scores of several groups of texts."""
    views = tuple(np.concatenate(blocks) for blocks in zip(*(part.views for part in parts), strict=True))
    words, familiar = np.concatenate([part.words for part in parts]), np.concatenate([part.familiar for part in parts])
    return Scores(views, words, familiar, np.concatenate([part.known for part in parts]))


@value
class Scorer:
    """Scores counted texts, by linear models of each view."""

    weights: TfIdfWeights
    words: Linear
    meaning: Meaning | None

    def score(self, counts: Counts, embeddings: NDArray[np.float64] | None) -> Scores:
        by_words, by_letters = self.words.parts(self.weights.weigh(counts))
        by_meaning = () if self.meaning is None or embeddings is None else (self.meaning.scores(embeddings),)
        seen = by_words + by_letters + self.words.intercepts
        return Scores(
            (seen, *by_meaning), by_words, self.weights.familiar_share(counts), self.weights.known_words(counts)
        )


def learn(material: TrainingMaterial) -> Scorer:
    """Fits the models that separate the classes. CPU-bound."""
    topical = material.labels < material.none
    weights = weights_of(material.counts, topical, material.single, material.content)
    few, classes = has_few(material.labels, material.none), material.none + 1
    words = fitted(weights.weigh(material.counts), material.labels, classes, few)
    meaning = (
        None if material.embeddings is None else fitted_meaning(material.embeddings, material.labels, classes, few)
    )
    return Scorer(weights, words, meaning)


@value
class TextScorer:
    """Scores texts. A long text is judged by its opening and by the whole of it."""

    counter: Counter
    encoder: Encoder | None
    scorer: Scorer

    def score(self, texts: Sequence[str]) -> Scores:
        openings = {row: short for row, text in enumerate(texts) if (short := opening(text))}
        read = [*texts, *openings.values()]
        vectors = self.encoder.embed(read) if self.encoder else None
        scores = self.scorer.score(self.counter.count(read), vectors)
        scores = _blended(scores, len(texts), list(openings)) if openings else scores
        return scores if vectors is None else replace(scores, vectors=vectors[: len(texts)])


def _blended(scores: Scores, texts: int, long: Sequence[int]) -> Scores:
    """Blends the openings, which are the rows after the first `texts`, into the rows of the texts that they open."""
    blocks = (*scores.views, scores.words, scores.familiar)
    mixed = [block[:texts].copy() for block in blocks]
    for mine, all_rows in zip(mixed, blocks, strict=True):
        mine[long] = (1 - OPENING_SHARE) * mine[long] + OPENING_SHARE * all_rows[texts:]
    *views, words, familiar = mixed
    return Scores(tuple(views), words, familiar, scores.known[:texts])
