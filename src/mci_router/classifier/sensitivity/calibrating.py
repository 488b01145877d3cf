"""Calibrating: what the scores of a model are worth, measured on folds that leave out whole phrasings.

Sentences that are nearly the same stay together in one fold.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import calibration_error
from mci_router.classifier.sensitivity.clauses import stretches
from mci_router.classifier.sensitivity.examples import HARMLESS, KINDS, ORDINARY, SECTIONS, Examples
from mci_router.classifier.sensitivity.finding import SensitivityThresholds
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import ScoreWorth
from mci_router.classifier.sensitivity.weights import SensitivityWeights
from mci_router.values import value

FOLDS = 5
ALIKE = 0.5  # cosine of two texts' words from which on they are one phrasing
# of held-out harmless texts, half of them look-alikes: a miss costs more than a look
FALSE_ALARMS, WATCHED = 0.04, 0.12
FEWEST = 5  # examples of a kind; fewer say nothing about its recall
NOTHING = -20.0  # the score of a text without a word


@value
class HeldOutScore:
    """A text scored by a model that had not seen it: its kind, the kind that it was taken for, and its score."""

    text: str
    kind: str
    taken_for: str
    score: float


def folds_of(pairs: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
    """Returns the fold in which each pair of kind and text is held out."""
    phrasings = _phrasings([text for _, text in pairs])
    return np.array([int(hashlib.sha256(phrasing.encode()).hexdigest(), 16) % FOLDS for phrasing in phrasings])


def held_out_scores(examples: Examples, *, kinds: bool = True) -> list[HeldOutScore]:
    """Scores each example by a model that has seen neither it nor what is nearly the same.

    Faster without `kinds`: then the models separate danger from harmless texts only.
    """
    pairs = [(kind, text) for kind in SECTIONS for text in examples.get(kind, ())]
    folds = folds_of(pairs)
    lessons = [
        (lesson, fold) for (kind, text), fold in zip(pairs, folds, strict=True) for lesson in lessons_of({kind: [text]})
    ]
    counted, fold_of_lesson = count([lesson for lesson, _ in lessons]), np.array([fold for _, fold in lessons])
    scored = []
    for fold in range(FOLDS):
        weights = fit(counted.of(fold_of_lesson != fold), kinds=kinds)
        scored += [
            HeldOutScore(text, kind, *score_of(weights, text))
            for (kind, text), text_fold in zip(pairs, folds, strict=True)
            if text_fold == fold
        ]
    return scored


def score_of(weights: SensitivityWeights, text: str) -> tuple[str, float]:
    """Returns the kind that a text is taken for, and its score: that of its worst clause."""
    read = stretches(text)
    if not read.words:
        return HARMLESS, NOTHING
    scores = weights.score(read)
    worst = int(np.argmax(scores[:, 0]))
    kind = KINDS[int(np.argmax(scores[worst, 1:]))] if scores.shape[1] > 1 else ""
    return kind, float(scores[worst, 0])


def worth_of(scored: Sequence[HeldOutScore]) -> ScoreWorth:
    """Returns the calibration, the bars and the figures of held-out scores."""
    from sklearn.linear_model import LogisticRegression

    scores = np.array([example.score for example in scored])
    danger = np.array([example.kind not in (HARMLESS, ORDINARY) for example in scored])
    model = LogisticRegression(C=1e6, class_weight="balanced").fit(scores[:, None], danger)
    unbarred = ScoreWorth(round(float(model.coef_[0][0]), 4), round(float(model.intercept_[0]), 4))
    shares = unbarred.probabilities(scores)
    bars = SensitivityThresholds(_bar(shares[~danger], FALSE_ALARMS), _bar(shares[~danger], WATCHED))
    return ScoreWorth(unbarred.slope, unbarred.offset, bars, _figures(scored, shares, danger, bars))


def _bar(harmless: NDArray[np.float64], share: float) -> float:
    """Returns the lowest probability that at most such a share of the harmless texts reaches."""
    return round(float(np.quantile(harmless, 1 - share)), 4) + 0.0001


def _figures(
    scored: Sequence[HeldOutScore], shares: NDArray[np.float64], danger: NDArray[np.bool_], bars: SensitivityThresholds
) -> dict[str, float]:
    marked, watched = shares >= bars.sensitive, shares >= bars.watch
    kinds = np.array([example.kind for example in scored])
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
    if any(example.taken_for in KINDS[:-1] for example in scored):
        figures["kind_accuracy"] = float(
            np.mean([example.kind == example.taken_for for example, is_so in zip(scored, danger, strict=True) if is_so])
        )
    figures |= {
        f"recall_{kind}": float(marked[kinds == kind].mean()) for kind in KINDS[:-1] if (kinds == kind).sum() >= FEWEST
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _phrasings(texts: Sequence[str]) -> list[str]:
    """Returns for each text the first text that is nearly the same."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(analyzer=lambda text: stretches(text).words, sublinear_tf=True).fit_transform(texts)
    alike: Any = (words @ words.T).tocoo()
    first = list(range(len(texts)))
    same = (alike.data > ALIKE) & (alike.row < alike.col)
    for text, other in zip(alike.row[same].tolist(), alike.col[same].tolist(), strict=True):
        high, low = sorted((_root(first, text), _root(first, other)), reverse=True)
        first[high] = low
    return [texts[_root(first, text)] for text in range(len(texts))]


def _root(first: list[int], text: int) -> int:
    while first[text] != text:
        first[text] = first[first[text]]
        text = first[text]
    return text
