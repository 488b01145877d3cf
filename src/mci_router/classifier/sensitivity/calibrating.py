"""What the scores of a model are worth, found on folds that leave out whole phrasings: sentences nearly the same stay together."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import calibration_error
from mci_router.classifier.sensitivity.clauses import stretches
from mci_router.classifier.sensitivity.examples import HARMLESS, KINDS, ORDINARY, SECTIONS, Examples
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import Bars, Worth
from mci_router.classifier.sensitivity.weights import Weights

FOLDS = 5
ALIKE = 0.5  # cosine of two texts' words from which they are one phrasing
FALSE_ALARMS, WATCHED = 0.04, 0.12  # of held-back harmless texts, half of them look-alikes: a miss costs more than a look
FEWEST = 5  # examples to tell a kind's recall by
NOTHING = -20.0  # the score of a text without a word


@dataclass(frozen=True, slots=True)
class Held:
    """A text that the model which scored it had not seen: its kind, the kind it was taken for, and its score."""

    text: str
    kind: str
    taken_for: str
    score: float


def folds_of(pairs: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
    """The fold in which each pair of kind and text is held back."""
    phrasings = _phrasings([text for _, text in pairs])
    return np.array([int(hashlib.sha256(phrasing.encode()).hexdigest(), 16) % FOLDS for phrasing in phrasings])


def held_back(examples: Examples, *, kinds: bool = True) -> list[Held]:
    """Each example, scored by a model that has seen neither it nor what is nearly the same. Faster without `kinds`."""
    pairs = [(kind, text) for kind in SECTIONS for text in examples.get(kind, ())]
    folds = folds_of(pairs)
    lessons = [(lesson, fold) for (kind, text), fold in zip(pairs, folds, strict=True) for lesson in lessons_of({kind: [text]})]
    counted, places = count([lesson for lesson, _ in lessons]), np.array([fold for _, fold in lessons])
    found = []
    for fold in range(FOLDS):
        weights = fit(counted.of(places != fold), kinds=kinds)
        found += [Held(text, kind, *score_of(weights, text)) for (kind, text), place in zip(pairs, folds, strict=True) if place == fold]
    return found


def score_of(weights: Weights, text: str) -> tuple[str, float]:
    """The kind that a text is taken for, and its score: that of its worst clause."""
    read = stretches(text)
    if not read.words:
        return HARMLESS, NOTHING
    scores = weights.score(read)
    worst = int(np.argmax(scores[:, 0]))
    kind = KINDS[int(np.argmax(scores[worst, 1:]))] if scores.shape[1] > 1 else ""
    return kind, float(scores[worst, 0])


def worth_of(held: Sequence[Held]) -> Worth:
    """The calibration, the bars and the figures."""
    from sklearn.linear_model import LogisticRegression

    scores = np.array([one.score for one in held])
    danger = np.array([one.kind not in (HARMLESS, ORDINARY) for one in held])
    told = LogisticRegression(C=1e6, class_weight="balanced").fit(scores[:, None], danger)
    unbarred = Worth(round(float(told.coef_[0][0]), 4), round(float(told.intercept_[0]), 4))
    shares = unbarred.probabilities(scores)
    bars = Bars(_bar(shares[~danger], FALSE_ALARMS), _bar(shares[~danger], WATCHED))
    return Worth(unbarred.slope, unbarred.offset, bars, _figures(held, shares, danger, bars))


def _bar(harmless: NDArray[np.float64], share: float) -> float:
    """The lowest probability that at most such a share of the harmless reaches."""
    return round(float(np.quantile(harmless, 1 - share)), 4) + 0.0001


def _figures(held: Sequence[Held], shares: NDArray[np.float64], danger: NDArray[np.bool_], bars: Bars) -> dict[str, float]:
    marked, watched = shares >= bars.sensitive, shares >= bars.watch
    kinds = np.array([one.kind for one in held])
    sure = np.maximum(shares, 1 - shares)
    figures = {
        "recall": float(marked[danger].mean()),
        "watched": float(watched[danger].mean()),
        "false_alarms": float(marked[kinds == HARMLESS].mean()),
        "false_alarms_ordinary": float(marked[kinds == ORDINARY].mean()) if (kinds == ORDINARY).any() else 0.0,
        "all_false_alarms": float(marked[~danger].mean()),
        "watched_harmless": float(watched[~danger].mean()),
        "ece": calibration_error(sure.tolist(), ((shares >= 0.5) == danger).tolist()),
    }
    if any(one.taken_for in KINDS[:-1] for one in held):
        figures["kind_accuracy"] = float(np.mean([one.kind == one.taken_for for one, is_so in zip(held, danger, strict=True) if is_so]))
    figures |= {f"recall_{kind}": float(marked[kinds == kind].mean()) for kind in KINDS[:-1] if (kinds == kind).sum() >= FEWEST}
    return {name: round(value, 4) for name, value in figures.items()}


def _phrasings(texts: Sequence[str]) -> list[str]:
    """Of each text the first of those that it is nearly the same as."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(analyzer=lambda text: stretches(text).words, sublinear_tf=True).fit_transform(texts)
    alike: Any = (words @ words.T).tocoo()
    first = list(range(len(texts)))
    same = (alike.data > ALIKE) & (alike.row < alike.col)
    for one, other in zip(alike.row[same].tolist(), alike.col[same].tolist(), strict=True):
        high, low = sorted((_root(first, one), _root(first, other)), reverse=True)
        first[high] = low
    return [texts[_root(first, place)] for place in range(len(texts))]


def _root(first: list[int], place: int) -> int:
    while first[place] != place:
        first[place] = first[first[place]]
        place = first[place]
    return place
