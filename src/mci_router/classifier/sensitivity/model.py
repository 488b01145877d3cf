"""The model of sensitivity: what it finds in a text, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sensitivity.clauses import said, stretches
from mci_router.classifier.sensitivity.examples import KINDS
from mci_router.classifier.sensitivity.weights import Weights
from mci_router.vocabulary import SensitiveKind

LONGEST_SAID = 160  # characters of the clause that are told
MOST_TOLD = 3  # kinds
_SENSITIVE = tuple(SensitiveKind(kind) for kind in KINDS[:-1])


@dataclass(frozen=True, slots=True)
class Bars:
    """The lowest probability to mark a contact sensitive, and the lowest to suspect it: then a person looks."""

    sensitive: float = 0.7
    watch: float = 0.5


@dataclass(frozen=True, slots=True)
class Worth:
    """What scores are worth, as found on folds: a probability is the logistic of `slope` · score + `offset`.

    It is that of a text of which as many would be harmless as not. `figures` are shares from 0 to 1 by name, for people to read.
    """

    slope: float = 1.0
    offset: float = 0.0
    bars: Bars = Bars()
    figures: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(self.slope * scores + self.offset, -30, 30)))
        return shares

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        bars = {"sensitive": self.bars.sensitive, "watch": self.bars.watch}
        return {"slope": self.slope, "offset": self.offset, "bars": bars, "figures": dict(self.figures)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Worth":
        """The inverse of `as_data`. Raises KeyError where something is missing."""
        bars = Bars(float(data["bars"]["sensitive"]), float(data["bars"]["watch"]))
        return Worth(float(data["slope"]), float(data["offset"]), bars, dict(data["figures"]))


@dataclass(frozen=True, slots=True)
class Finding:
    """What the model finds in a text: how probable it is that a person has to see it, in which clause, and why.

    `kinds` are the likeliest, each with the probability of the clause that tells of it most; `clause` is empty below the bar to watch.
    """

    probability: float = 0.0
    kinds: tuple[tuple[SensitiveKind, float], ...] = ()
    clause: str = ""
    model: str = ""
    bars: Bars = Bars()

    @property
    def sensitive(self) -> bool:
        return self.probability >= self.bars.sensitive

    @property
    def watched(self) -> bool:
        return self.probability >= self.bars.watch


NOTHING_FOUND = Finding()


@dataclass(frozen=True, slots=True)
class SensitivityModel:
    """Immutable. `version` is the hash of what it learnt from."""

    version: str
    weights: Weights
    worth: Worth

    def judge(self, text: str) -> Finding:
        """What the model finds. Some 50 µs for a short text, and linear in its length."""
        read = stretches(text)
        if not read.words:
            return Finding(model=self.version, bars=self.worth.bars)
        scores = self.weights.score(read)
        shares = self.worth.probabilities(scores[:, 0])
        worst = int(np.argmax(shares))
        probability = round(float(shares[worst]), 4)
        if probability < self.worth.bars.watch:
            return Finding(probability, model=self.version, bars=self.worth.bars)
        clause = said(text, read.starts[worst], read.ends[worst])[:LONGEST_SAID]
        return Finding(probability, _kinds(scores[:, 1:], shares), clause, self.version, self.worth.bars)


def _kinds(scores: NDArray[np.float64], shares: NDArray[np.float64]) -> tuple[tuple[SensitiveKind, float], ...]:
    """Of each kind the most that a stretch gives it: the stretch's probability, shared out between the kinds."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    told = (exponentials / exponentials.sum(axis=1, keepdims=True) * shares[:, None]).max(axis=0)
    return tuple((_SENSITIVE[place], round(float(told[place]), 4)) for place in np.argsort(-told, kind="stable")[:MOST_TOLD])


@cache
def our_model() -> SensitivityModel:
    """The model that ships with us, loaded once a process: some ten milliseconds."""
    from mci_router.classifier.sensitivity.shipping import unpacked

    return unpacked((files(__package__) / "model.npz").read_bytes())
