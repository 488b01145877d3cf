"""The model of sensitivity: what it finds in a text, and how probable that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sensitivity.clauses import said, stretches
from mci_router.classifier.sensitivity.examples import KINDS
from mci_router.classifier.sensitivity.finding import USUAL_THRESHOLDS, SensitivityFinding, SensitivityThresholds
from mci_router.classifier.sensitivity.weights import SensitivityWeights
from mci_router.vocabulary import SensitiveKind

LONGEST_CLAUSE = 160  # characters of the clause that is quoted
MOST_KINDS = 3  # kinds in a finding
_SENSITIVE = tuple(SensitiveKind(kind) for kind in KINDS[:-1])


@dataclass(frozen=True, slots=True)
class ScoreWorth:
    """The worth of scores, as measured on folds: a probability is the logistic of `slope` · score + `offset`.

    It is the probability for a text from a half-and-half mix of dangerous and harmless texts. `figures` are shares from
    0 to 1 by name, for people to read.
    """

    slope: float = 1.0
    offset: float = 0.0
    bars: SensitivityThresholds = USUAL_THRESHOLDS
    figures: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(self.slope * scores + self.offset, -30, 30)))
        return shares

    def as_data(self) -> dict[str, Any]:
        """Returns a form that JSON can take."""
        bars = {"sensitive": self.bars.sensitive, "watch": self.bars.watch}
        return {"slope": self.slope, "offset": self.offset, "bars": bars, "figures": dict(self.figures)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "ScoreWorth":
        """Returns the inverse of `as_data`. Raises KeyError where something is missing."""
        bars = SensitivityThresholds(float(data["bars"]["sensitive"]), float(data["bars"]["watch"]))
        return ScoreWorth(float(data["slope"]), float(data["offset"]), bars, dict(data["figures"]))


@dataclass(frozen=True, slots=True)
class SensitivityModel:
    """An immutable model. `version` is the hash of what it learnt from."""

    version: str
    weights: SensitivityWeights
    worth: ScoreWorth

    def judge(self, text: str) -> SensitivityFinding:
        """Judges a text. About 50 µs for a short text, and linear in its length."""
        read = stretches(text)
        if not read.words:
            return SensitivityFinding(model=self.version, bars=self.worth.bars)
        scores = self.weights.score(read)
        shares = self.worth.probabilities(scores[:, 0])
        worst = int(np.argmax(shares))
        probability = round(float(shares[worst]), 4)
        if probability < self.worth.bars.watch:
            return SensitivityFinding(probability, model=self.version, bars=self.worth.bars)
        clause = said(text, read.starts[worst], read.ends[worst])[:LONGEST_CLAUSE]
        return SensitivityFinding(probability, _kinds(scores[:, 1:], shares), clause, self.version, self.worth.bars)


def _kinds(scores: NDArray[np.float64], shares: NDArray[np.float64]) -> tuple[tuple[SensitiveKind, float], ...]:
    """Returns for each kind the most that a stretch gives it: its probability, shared out between the kinds."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    most = (exponentials / exponentials.sum(axis=1, keepdims=True) * shares[:, None]).max(axis=0)
    return tuple(
        (_SENSITIVE[column], round(float(most[column]), 4)) for column in np.argsort(-most, kind="stable")[:MOST_KINDS]
    )
