"""Bounds of training: how many examples one workspace may have, at every door, so that it takes nothing from the
others. Pure.
"""

from collections.abc import Iterable

from mci_router.errors import TooManyExamples
from mci_router.settings import Settings
from mci_router.specs.base import Spec
from mci_router.values import value


@value
class Bounds:
    """The most that a workspace may have.

    `topics_times_examples` is the number of topics that have examples, times that of the examples of all of them: what
    a training costs in memory and time.
    """

    topics_times_examples: int = Settings.model_fields["triage_topics_times_examples"].default

    @staticmethod
    def of(settings: Settings) -> "Bounds":
        return Bounds(topics_times_examples=settings.triage_topics_times_examples)

    def check(self, before: "Amounts", after: "Amounts") -> None:
        """Raises TooManyExamples where a change goes over a bound; a workspace above it already may have less."""
        if before.weight < after.weight > self.topics_times_examples:
            raise TooManyExamples(
                f"{after.topics:,} topics with {after.examples:,} examples in all make {after.weight:,}, topics times "
                f"examples; a workspace may have {self.topics_times_examples:,} "
                "(MCI_TRIAGE_TOPICS_TIMES_EXAMPLES). Give fewer examples: "
                f"{self.topics_times_examples // after.topics // after.topics:,} for each of these topics.",
                errors=[{"where": "topics: examples", "problem": "too many"}],
            )


@value
class Amounts:
    """How much a workspace has: topics with examples, and the examples of all of them."""

    topics: int
    examples: int

    @property
    def weight(self) -> int:
        return self.topics * self.examples

    @staticmethod
    def of(topics: Iterable[Spec]) -> "Amounts":
        numbers = [len(examples) for topic in topics if (examples := getattr(topic, "examples", ()))]
        return Amounts(len(numbers), sum(numbers))


USUAL = Bounds()
