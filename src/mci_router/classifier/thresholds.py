"""How sure a model has to be of a topic, to act on it or to suggest it. Pure."""

from enum import StrEnum

from mci_router.specs.bars import USUAL
from mci_router.values import value


class Certainty(StrEnum):
    """The use that triage may make of its guess."""

    ACT = "act"
    SUGGEST = "suggest"
    ASK = "ask"


@value
class Thresholds:
    """The lowest confidence to act on a topic, and the lowest to suggest it; below both, a person is asked."""

    act: float = USUAL.agent
    suggest: float = 0.3

    def certainty(self, confidence: float) -> Certainty:
        if confidence >= self.act:
            return Certainty.ACT
        return Certainty.SUGGEST if confidence >= self.suggest else Certainty.ASK

    def of(self, topic: str | None, worth: float, terse: bool) -> Certainty:
        """Returns what may be done with a guess.

        Without a topic, nothing; with a terse text, at most a suggestion.
        """
        certainty = self.certainty(worth) if topic else Certainty.ASK
        return Certainty.SUGGEST if terse and certainty is Certainty.ACT else certainty


UNTRIED = Thresholds()  # where there are too few examples to leave any out
