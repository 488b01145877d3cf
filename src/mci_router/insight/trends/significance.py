"""Whether a change between two periods is more than days differ anyway. Pure.

Days are what is compared, not contacts: contacts come in bunches, and a test that takes each for a draw of its own
finds a trend in every busy Monday. So the days of both periods are shuffled, and a rise is as certain as it is rare
that a shuffling puts as many contacts into the later period (an exact test of two periods: E. J. G. Pitman,
"Significance tests which may be applied to samples from any populations", Supplement to the Journal of the Royal
Statistical Society 4, 1937). It knows of no distribution: how much days differ is in the days. They are shuffled within
their weekday, for Mondays are no Sundays; where that leaves too few arrangements, all days are shuffled, each first
divided by what its weekday usually has.

Of many hypotheses some look certain by chance. A change is reported if its p is low enough that of all reported at
most `FALSE` are expected to be false (Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of
the Royal Statistical Society B 57, 1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from math import comb, exp, log, prod, sqrt
from typing import Any

import numpy as np

from mci_router.insight.shares import Z_95
from mci_router.values import value

FALSE = 0.05
"""The share of false trends among those reported that is expected at most."""

ARRANGEMENTS = 20_000  # drawn: a p of 1e-4 is still told from one of 2e-4
ENOUGH = 5_000  # arrangements within weekdays, so that a p can be small enough
SEED = 20_261  # the same answer to the same question
BLOCK = 256  # rows at a time: memory stays bounded, and the two cores wait for each other seldom


@dataclass(frozen=True)
class Days:
    """The days of both periods, the earlier ones first: `earlier` of them are of the first period.

    `usual` is how many contacts the workspace has had on each, all together.
    """

    days: Sequence[date]
    earlier: int
    usual: Sequence[int]

    @property
    def later(self) -> int:
        return len(self.days) - self.earlier

    @cached_property
    def within_weekdays(self) -> bool:
        """Whether days are shuffled within their weekday."""
        return prod(comb(len(places), later) for places, later in self._weekdays) >= ENOUGH

    @cached_property
    def _weekdays(self) -> list[tuple[list[int], int]]:
        """The places of each weekday's days, and how many of them are of the later period."""
        found = []
        for weekday in range(7):
            places = [place for place, day in enumerate(self.days) if day.weekday() == weekday]
            if places:
                found.append((places, sum(place >= self.earlier for place in places)))
        return found

    @cached_property
    def weights(self) -> Any:
        """What the counts of each day are divided by: 1, or what its weekday usually has, in units of the mean."""
        if self.within_weekdays:
            return np.ones(len(self.days))
        usual = np.asarray(self.usual, dtype=float)
        profile = np.ones(len(self.days))
        for places, _ in self._weekdays:
            profile[places] = max(usual[places].mean() / max(usual.mean(), 1e-9), 0.05)
        return profile

    @property
    def arrangements(self) -> Any:
        """Which days are of the later period, a column for each arrangement drawn. float32, days × arrangements."""
        groups = self._weekdays if self.within_weekdays else [(list(range(len(self.days))), self.later)]
        return _drawn(tuple((tuple(places), later) for places, later in groups), len(self.days))


@lru_cache(maxsize=4)
def _drawn(groups: tuple[tuple[tuple[int, ...], int], ...], days: int) -> Any:
    drawn = np.random.default_rng(SEED)
    chosen = np.zeros((days, ARRANGEMENTS), dtype=np.float32)
    for places, later in groups:
        order = drawn.random((len(places), ARRANGEMENTS), dtype=np.float32).argsort(axis=0)
        chosen[list(places)] = order < later
    return chosen


def p_values(days: Days, counts: Any) -> Any:
    """Returns how often chance alone would move each row's counts as far, up or down, in (0, 1].

    `counts`: rows × days.
    """
    weighed = (np.asarray(counts, dtype=float) / days.weights).astype(np.float32)
    found = np.ones(len(weighed))
    seen = weighed[:, days.earlier :].sum(axis=1)
    slack = (1e-4 + 1e-5 * seen).astype(np.float32)  # sums of single floats that are equal
    room = np.empty((min(BLOCK, len(weighed)), ARRANGEMENTS), dtype=np.float32)
    for begin in range(0, len(weighed), BLOCK):
        some = weighed[begin : begin + BLOCK]
        for row, sums in enumerate(np.matmul(some, days.arrangements, out=room[: len(some)]), begin):
            more = np.count_nonzero(sums >= seen[row] - slack[row])
            less = np.count_nonzero(sums <= seen[row] + slack[row])
            found[row] = min(1, 2 * (1 + min(more, less)) / (1 + ARRANGEMENTS))
    return found


def q_values(p: Sequence[float]) -> list[float]:
    """Returns, for each p, the share of false ones among all that are as certain, by Benjamini and Hochberg."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    found, least = [1.0] * len(p), 1.0
    for rank in range(len(p), 0, -1):
        place = order[rank - 1]
        least = min(least, p[place] * len(p) / rank)
        found[place] = least
    return found


@value
class Size:
    """How many times as many a day there are as before, and the interval of that at 95 %."""

    ratio: float
    low: float
    high: float


def size_of(days: Days, counts: Sequence[int]) -> Size:
    """Returns the size of a change: the ratio of the means, its interval by the variance between days.

    Quasi-Poisson: the variance of a mean's logarithm is φ / its contacts, with φ Pearson's dispersion of the period's
    own days, or of all if that is more, at least 1. Where a period has none, half a contact is added to both (J. B. S.
    Haldane 1956).
    """
    weighed = np.asarray(counts, dtype=float) / days.weights
    periods = weighed[: days.earlier], weighed[days.earlier :]
    add = 0.0 if all(part.sum() for part in periods) else 0.5
    spreads = [float(((part - part.mean()) ** 2).sum() / max(part.mean(), 1e-9)) for part in periods]
    pooled = sum(spreads) / max(1, len(weighed) - 2)
    totals = [float(part.sum()) + add for part in periods]
    variance = sum(
        max(1.0, pooled, spread / max(1, len(part) - 1)) / total
        for part, spread, total in zip(periods, spreads, totals, strict=True)
    )
    change, half = log(totals[1] / days.later) - log(totals[0] / days.earlier), Z_95 * sqrt(variance)
    return Size(*(round(exp(one), 4) for one in (change, change - half, change + half)))
