"""What the model of sensitivity finds in a text. Pure."""

from mci_router.values import value
from mci_router.vocabulary import SensitiveKind


@value
class SensitivityThresholds:
    """The lowest probability to mark a contact sensitive, and the lowest to suspect it, so that a person looks."""

    sensitive: float = 0.7
    watch: float = 0.5


USUAL_THRESHOLDS = SensitivityThresholds()


@value
class SensitivityFinding:
    """The model's finding in a text: how probable it is that a person has to see it, in which clause, and why.

    `kinds` are the likeliest, each with the highest probability that a clause gives it; `clause` is empty below the bar
    to watch.
    """

    probability: float = 0.0
    kinds: tuple[tuple[SensitiveKind, float], ...] = ()
    clause: str = ""
    model: str = ""
    bars: SensitivityThresholds = USUAL_THRESHOLDS

    @property
    def sensitive(self) -> bool:
        return self.probability >= self.bars.sensitive

    @property
    def watched(self) -> bool:
        return self.probability >= self.bars.watch


NOTHING_FOUND = SensitivityFinding()
