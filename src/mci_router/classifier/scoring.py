"""How well each topic, and none of these, fits a text: seen by its words, and by its meaning where there is an encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import Learnt, log_sigmoid, probabilities
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.features import Counter, Counts, Weights, opening, weights_of
from mci_router.classifier.linear import Linear, fitted, has_few
from mci_router.classifier.meaning import Meaning, fitted_meaning
from mci_router.classifier.scope import signs_of
from mci_router.classifier.worth import signs_of_guesses

OPENING_SHARE = 0.6  # of a long text's judgement
VIEW_SHARES = (0.3, 0.7)  # of words and of meaning, in log space; by trying on Banking77


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from: counts and embeddings (texts × dimensions, None without an encoder), and the class of each text.

    Classes are places from 0; the last, `none`, is none of these. `single` and `content` say which features are single words, and which of
    them say what a text is about.
    """

    counts: Counts
    embeddings: NDArray[np.float64] | None
    places: NDArray[np.int64]
    none: int
    single: NDArray[np.bool_]
    content: NDArray[np.bool_]

    def __len__(self) -> int:
        """Texts."""
        return len(self.places)

    def of(self, rows: NDArray[np.bool_]) -> "Material":
        embeddings = None if self.embeddings is None else self.embeddings[rows]
        return Material(self.counts.of(rows), embeddings, self.places[rows], self.none, self.single, self.content)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each view texts × classes, and of each text the familiar share of its words, and how many it has that say what it is about.

    `words` is what whole words and their pairs give to the first view; the rest of it letters give.
    """

    views: tuple[NDArray[np.float64], ...]
    words: NDArray[np.float64]
    familiar: NDArray[np.float64]
    known: NDArray[np.int64]

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

    def signs_of_guesses(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """What tells how much the guesses of these shares are worth."""
        return signs_of_guesses(shares, self.views, self.words, self.familiar)


def stacked(parts: Sequence[Scores]) -> Scores:
    """The scores of several groups of texts as those of one."""
    views = tuple(np.concatenate(blocks) for blocks in zip(*(part.views for part in parts), strict=True))
    words, familiar = np.concatenate([part.words for part in parts]), np.concatenate([part.familiar for part in parts])
    return Scores(views, words, familiar, np.concatenate([part.known for part in parts]))


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores of what was counted, by linear models of each view."""

    weights: Weights
    words: Linear
    meaning: Meaning | None

    def score(self, counts: Counts, embeddings: NDArray[np.float64] | None) -> Scores:
        words, letters = self.weights.weigh_apart(counts)
        by_words, by_letters = self.words.part(words, 0), self.words.part(letters, words.shape[1])
        by_meaning = () if self.meaning is None or embeddings is None else (self.meaning.scores(embeddings),)
        seen = by_words + by_letters + self.words.intercepts
        return Scores((seen, *by_meaning), by_words, self.weights.familiar_share(counts), self.weights.known_words(counts))


def learn(material: Material) -> Scorer:
    """The models that tell the classes apart. CPU-bound."""
    topical = material.places < material.none
    weights = weights_of(material.counts, topical, material.single, material.content)
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
    blocks = (*scores.views, scores.words, scores.familiar)
    mixed = [block[:texts].copy() for block in blocks]
    for mine, all_rows in zip(mixed, blocks, strict=True):
        mine[long] = (1 - OPENING_SHARE) * mine[long] + OPENING_SHARE * all_rows[texts:]
    *views, words, familiar = mixed
    return Scores(tuple(views), words, familiar, scores.known[:texts])
