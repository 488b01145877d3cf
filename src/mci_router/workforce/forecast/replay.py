"""Replay: what each midnight of the past would have said of its day, by the days before it alone. Pure.

Days are divided by their level before anything is learnt from them, as in the multiplicative method of P. R. Winters
(1960): a week of twice as many leaves no trace in the shape of a day, nor in that of a week.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mci_router.workforce.forecast.levels import Level
from mci_router.workforce.forecast.profiles import Counts, ewma, mean, smoothed, without_bursts

FIRST = 7  # days without a level: the profiles of weekdays are not known before
USUAL = 28  # days whose mean is the profile of all days
SAME = 4  # weekdays by which the weight is chosen
FORTNIGHT = 14  # days whose mean level is that of the days after the next one
OWN = (1.0, 0.75, 0.5, 0.25, 0.0)  # weights of the weekday's own profile


class Replay:
    """The days of a past, (days, 96), one after another: NaN is what is not learnt from.

    `levels` are those before each day, the last one before the day that comes; `said` is what was expected of each day,
    (days, 96), NaN in the first week.
    """

    def __init__(self, counts: Counts, weekdays: NDArray[np.int64]) -> None:
        self._weekdays = weekdays
        self._usual = without_bursts(counts)
        self._even = np.full_like(counts, np.nan)  # the days, divided by their level
        self._missed = np.zeros((len(counts), len(OWN)))
        self._profile_of_all = cache(self._of_all)
        self.levels = [Level()]
        self.said = np.full_like(counts, np.nan)
        known = np.flatnonzero(~np.isnan(counts).all(axis=1))
        self._first = known[0] + FIRST if known.size else 0
        for day in range(len(counts)):
            self._follow(day, counts[day])

    @property
    def later(self) -> float:
        """The factor of the days after the day that comes, by the mean level of the last two weeks."""
        levels = [one.level for one in self.levels[-FORTNIGHT:]]
        return sum(levels) / len(levels) * self.levels[-1].correction

    def blend(self, weekday: int) -> Counts:
        """Returns the profile of the day that comes, (96), but for its level, by what is known."""
        same = np.flatnonzero(self._weekdays[: len(self.levels) - 1] == weekday)[-SAME:]
        weight = OWN[int(np.argmin(self._missed[same].sum(axis=0)))]
        return _blend(*self._profiles(weekday), weight)

    def _profiles(self, weekday: int) -> tuple[Counts, Counts]:
        """Returns the profile of a weekday by its own days, and that of all days."""
        day = len(self.levels) - 1
        same = self._weekdays[:day] == weekday
        return smoothed(ewma(self._even[:day][same])), self._profile_of_all(day)

    def _of_all(self, day: int) -> Counts:
        return smoothed(mean(self._even[max(0, day - USUAL) : day]))

    def _follow(self, day: int, came: Counts) -> None:
        """Says what was expected of a day, sees by how much it was missed, and learns from it."""
        weekday, before, usual = int(self._weekdays[day]), self.levels[-1], self._usual[day]
        blend, profiles = self.blend(weekday), self._profiles(weekday)
        blends = np.array([_blend(*profiles, weight) for weight in OWN])
        self._missed[day] = np.nansum(np.abs(blends * before.level - usual), axis=1)
        known = ~(np.isnan(blend) | np.isnan(came))
        after = before
        if day >= self._first and known.any():
            self.said[day] = blend * before.factor
            after = before.after(*(float(one[known].sum()) for one in (came, usual, blend)))
        self._even[day] = usual / after.level
        self.levels.append(after)


def _blend(own: Counts, of_all: Counts, weight: float) -> Counts:
    """Returns the two profiles in one; where one of them knows nothing, the other."""
    both = weight * own + (1 - weight) * of_all
    return np.where(np.isnan(both), np.where(np.isnan(own), of_all, own), both)
