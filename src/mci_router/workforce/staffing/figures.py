"""Figures of played days: what came to each queue, and whether enough of the days met its goal. Pure."""

from collections.abc import Sequence
from dataclasses import field
from math import ceil, floor, sqrt

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.values import value

SHARE_OF_DAYS = 0.9  # that meet the goal: the P90 day


@value
class DayFigures:
    """One played day. `late` counts, by queue and interval, those who waited past the target; `busy_s` by group and
    interval the seconds of work begun there; `seconds` is how long it took to play the day.
    """

    seed: int
    tallies: dict[str, ServiceLevelTally]
    late: dict[str, list[int]] = field(default_factory=dict)
    busy_s: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    calls: int = 0

    def level(self, queue: str) -> float | None:
        """Returns the queue's service level; None where nothing counts."""
        return self.tallies[queue].service_level()

    def misses(self, goals: dict[str, float]) -> list[str]:
        """Returns the queues whose goal the day missed; one without contacts misses nothing."""
        return [name for name, goal in goals.items() if (level := self.level(name)) is not None and level < goal - 1e-9]


def allowed(days: int) -> int:
    """Returns how many of so many days may miss a queue's goal."""
    return floor((1 - SHARE_OF_DAYS) * days + 1e-9)


def p90(values: Sequence[float | None]) -> float | None:
    """Returns the level that nine of ten days reach: by nearest rank, from the best; None without any."""
    known = sorted((value for value in values if value is not None), reverse=True)
    return known[ceil(SHARE_OF_DAYS * len(known)) - 1] if known else None


# Of Student's t, 97.5 %, by degrees of freedom; from then on the normal distribution's is near enough.
_T: tuple[float, ...] = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
)
_T += (2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)


@value
class Difference:
    """The mean of paired differences, with the interval that holds the true one 95 times of 100."""

    mean: float
    low: float
    high: float


def difference(pairs: Sequence[tuple[float | None, float | None]]) -> Difference | None:
    """Returns by how much the second of each pair is above the first; None for fewer than two pairs."""
    found = [after - before for before, after in pairs if before is not None and after is not None]
    if len(found) < 2:
        return None
    mean = sum(found) / len(found)
    spread = sqrt(sum((one - mean) ** 2 for one in found) / (len(found) - 1))
    reach = (_T[len(found) - 2] if len(found) - 2 < len(_T) else 1.96) * spread / sqrt(len(found))
    return Difference(mean, mean - reach, mean + reach)
