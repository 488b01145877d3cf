"""Evenness: how evenly the work of a queue is spread over the agents who could do it. Pure."""

from collections.abc import Sequence

from mci_router.values import value


@value
class Evenness:
    """What each agent has handled of a queue's work, those with nothing included."""

    handled: Sequence[int]

    @property
    def agents(self) -> int:
        return len(self.handled)

    @property
    def total(self) -> int:
        return sum(self.handled)

    @property
    def mean(self) -> float | None:
        return self.total / self.agents if self.agents else None

    def gini(self) -> float | None:
        """Returns the Gini coefficient: 0 where all have handled the same, near 1 where one has handled all. None where
        nothing was handled.
        """
        if not self.total:
            return None
        weighted = sum(place * one for place, one in enumerate(sorted(self.handled), 1))
        return 2 * weighted / (self.agents * self.total) - (self.agents + 1) / self.agents

    def most_to_mean(self) -> float | None:
        """Returns how many times the mean the busiest agent has handled; None where nothing was handled."""
        return max(self.handled) * self.agents / self.total if self.total else None
