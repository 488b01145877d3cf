"""The model of sensitivity: what it finds in a text, and how probable that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sensitivity.clauses import Stretches, joined, said, stretches
from mci_router.classifier.sensitivity.examples import KINDS
from mci_router.classifier.sensitivity.finding import USUAL_THRESHOLDS, SensitivityFinding, SensitivityThresholds
from mci_router.classifier.sensitivity.weights import SensitivityWeights
from mci_router.values import value
from mci_router.vocabulary import SensitiveKind

LONGEST_CLAUSE = 160  # characters of the clause that is quoted
MOST_KINDS = 3  # kinds in a finding
_SENSITIVE = tuple(SensitiveKind(kind) for kind in KINDS[:-1])

KindsFound: TypeAlias = tuple[tuple[SensitiveKind, float], ...]


@value
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


@value
class SensitivityModel:
    """An immutable model. `version` is the hash of what it learnt from."""

    version: str
    weights: SensitivityWeights
    worth: ScoreWorth

    def judge(self, text: str) -> SensitivityFinding:
        """Judges a text. About 100 µs for a short text, and linear in its length."""
        return self.judge_all([text])[0]

    def judge_all(self, texts: Sequence[str]) -> list[SensitivityFinding]:
        """Judges texts, each by itself, in one go: many short ones cost a third as much as one by one."""
        read = [stretches(text) for text in texts]
        whole = joined(read)
        scores = self.weights.score(whole)
        shares = self.worth.probabilities(scores[:, 0])
        kinds, each = _Kinds(scores[:, 1:], shares), shares.tolist()
        findings, after = [], 0
        for text, one in zip(texts, read, strict=True):
            before, after = after, after + len(one.starts)
            findings.append(self._finding(text, one, each[before:after], partial(kinds.of, before, after)))
        return findings

    def _finding(
        self, text: str, read: Stretches, shares: list[float], kinds: Callable[[], KindsFound]
    ) -> SensitivityFinding:
        """Returns what the likeliest of a text's stretches says."""
        most = max(shares)
        probability = round(most, 4) if read.words else 0.0
        if probability < self.worth.bars.watch:
            return SensitivityFinding(probability, model=self.version, bars=self.worth.bars)
        worst = shares.index(most)
        clause = said(text, read.starts[worst], read.ends[worst])[:LONGEST_CLAUSE]
        return SensitivityFinding(probability, kinds(), clause, self.version, self.worth.bars)


class _Kinds:
    """What the stretches of several texts give each kind: their probability, shared out between the kinds."""

    def __init__(self, scores: NDArray[np.float64], shares: NDArray[np.float64]) -> None:
        self._scores, self._shares = scores, shares

    @cached_property
    def _given(self) -> NDArray[np.float64]:
        """Stretches × kinds; most batches have no text whose kinds are asked for."""
        exponentials = np.exp(self._scores - self._scores.max(axis=1, keepdims=True))
        given: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True) * self._shares[:, None]
        return given

    def of(self, before: int, after: int) -> KindsFound:
        """Returns the likeliest kinds of the stretches from `before` on, each with the most that one gives it."""
        most = self._given[before:after].max(axis=0).tolist()
        likeliest = sorted(range(len(most)), key=lambda kind: -most[kind])[:MOST_KINDS]
        return tuple((_SENSITIVE[kind], round(most[kind], 4)) for kind in likeliest)
