"""Rungs compared: what each outcome settles of a topic, how long that takes, and what it costs. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from mci_router.insight.shares import MeasuredShare
from mci_router.values import value
from mci_router.vocabulary import Outcome


@value
class RungFigures:
    """What one outcome did for the contacts of a topic.

    `settled` is the share of those whose result is known, `settled_count` its numerator. `time_s` is the mean from
    acceptance to the end. `cost` is that of all it served, in the workspace's currency; None where a price is missing.
    """

    topic: str
    outcome: Outcome
    served: int
    settled: MeasuredShare
    settled_count: int
    time_s: float | None
    cost: float | None

    @property
    def cost_per_settled(self) -> float | None:
        """What one settled contact costs, what failed included; None where that is not known."""
        return None if self.cost is None or not self.settled_count else self.cost / self.settled_count


@value
class Suggestion:
    """A later rung that is cheaper and settles more than an earlier one: for a person to look at."""

    topic: str
    earlier: RungFigures
    later: RungFigures


def suggestions(figures: Iterable[RungFigures], ladders: Mapping[str, Sequence[Sequence[Outcome]]]) -> list[Suggestion]:
    """Returns where a later rung of a topic's ladders is cheaper a settled contact, and settles more beyond chance.

    `ladders` are the outcomes, in order, of the ladders that a topic's contacts took. Beyond chance: the intervals of
    the two shares, each of enough contacts, do not meet.
    """
    known = {(one.topic, one.outcome): one for one in figures}
    found: dict[tuple[str, Outcome, Outcome], Suggestion] = {}
    for topic, taken in ladders.items():
        for ladder in taken:
            rungs = [known[topic, outcome] for outcome in dict.fromkeys(ladder) if (topic, outcome) in known]
            for number, later in enumerate(rungs):
                for earlier in rungs[:number]:
                    if _better(later, earlier):
                        found[topic, earlier.outcome, later.outcome] = Suggestion(topic, earlier, later)
    return list(found.values())


def _better(later: RungFigures, earlier: RungFigures) -> bool:
    if not (later.settled.measured and earlier.settled.measured):
        return False
    low, high = later.settled.low, earlier.settled.high
    cheap, dear = later.cost_per_settled, earlier.cost_per_settled
    if low is None or high is None or cheap is None or dear is None:
        return False
    return low > high and cheap < dear
