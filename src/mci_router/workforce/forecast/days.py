"""A day's forecast, made of the days before it. Pure.

Two profiles are blended: that of the same weekday, and that of the last four weeks whatever the weekday, by the weight
that would have served the last four such weekdays best: a short Saturday keeps its own shape, and days that are alike
lend each other theirs. The blend is moved to the level of the last seven days. How far it would have missed the days
before says how wide the band has to be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from mci_router.workforce.forecast.bands import band, dispersions
from mci_router.workforce.forecast.profiles import SLOTS, Counts, ewma, mean, smoothed, without_bursts

WEEK = 7
HISTORY = 12 * WEEK  # days: the eight of a weekday that an EWMA of 0.3 still hears of, and four weeks to judge by
USUAL = 4 * WEEK  # days whose mean is the profile of all days, and that are forecast again to see how they were missed
SAME = 4  # weekdays by which the weight is chosen
OWN = (1.0, 0.75, 0.5, 0.25, 0.0)  # weights of the weekday's own profile
LEVEL_PRIOR = 50.0  # contacts: a level rests on some hundreds
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What is expected by quarter-hours of the local clock: the mean, and the least and the most of the 80 % band."""

    expected: Counts
    low: Counts
    high: Counts


@dataclass(frozen=True)
class Past:
    """The days before: contacts by slot (days, 96), oldest first, and the weekdays (0: Monday).

    A row of NaN is a day that is not learnt from. `holidays` (days, 96) are the holidays before, oldest first.
    """

    counts: Counts
    weekdays: NDArray[np.int64]
    holidays: Counts

    def forecast(self, weekday: int, *, holiday: bool = False) -> DayForecast | None:
        """Returns the forecast of the next such day; None where nothing is known. A holiday is as those before, or as a
        Sunday.
        """
        expected = self._holiday() if holiday else self._next(weekday)
        if expected is None:
            return None
        return DayForecast(expected, *band(expected, self._dispersion))

    def _holiday(self) -> Counts | None:
        return np.nan_to_num(smoothed(ewma(self.holidays))) if len(self.holidays) else self._next(SUNDAY)

    def _next(self, weekday: int) -> Counts | None:
        expected = self._blended(len(self.counts), weekday)
        return None if np.isnan(expected).all() else np.nan_to_num(expected) * self.level

    @cached_property
    def level(self) -> float:
        """By how much the last seven days exceed the blends of their weekdays: (prior + actual) ÷ (prior + blends)."""
        return self._level(len(self.counts))

    @cached_property
    def _usual(self) -> Counts:
        return without_bursts(self.counts)

    @cached_property
    def _weights(self) -> dict[int, float]:
        return {weekday: self._weight(weekday) for weekday in range(WEEK)}

    @cached_property
    def _dispersion(self) -> Counts:
        days = range(max(1, len(self.counts) - USUAL), len(self.counts))
        means = [self._blended(day, int(self.weekdays[day])) * self._level(day) for day in days]
        return dispersions(self.counts[days.start :], np.array(means).reshape(len(days), SLOTS))

    @cached_property
    def _profiles(self) -> Callable[[int, int], tuple[Counts, Counts]]:
        """By a day's number and a weekday: that weekday's own profile by the days before, and that of all days."""

        def profiles(day: int, weekday: int) -> tuple[Counts, Counts]:
            before = self._usual[:day]
            own = smoothed(ewma(before[self.weekdays[:day] == weekday]))
            return own, of_all(day)

        def of_all(day: int) -> Counts:
            return smoothed(mean(self._usual[max(0, day - USUAL) : day]))

        of_all = cache(of_all)
        return cache(profiles)

    def _blended(self, day: int, weekday: int) -> Counts:
        """Returns what was known before a day of a weekday, but for the level."""
        return _blend(*self._profiles(day, weekday), self._weights[weekday])

    def _weight(self, weekday: int) -> float:
        """Returns the weight that misses the last four such days least; where there are none, only its own counts."""
        days = [day for day in range(1, len(self.counts)) if self.weekdays[day] == weekday][-SAME:]
        missed = [sum(self._misses(day, weight) for day in days) for weight in OWN]
        return OWN[int(np.argmin(missed))]

    def _misses(self, day: int, weight: float) -> float:
        blend = _blend(*self._profiles(day, int(self.weekdays[day])), weight)
        return float(np.nansum(np.abs(blend - self._usual[day])))

    def _level(self, day: int) -> float:
        came = expected = LEVEL_PRIOR
        for one in range(max(0, day - WEEK), day):
            counts, profile = self._usual[one], self._blended(day, int(self.weekdays[one]))
            known = ~(np.isnan(counts) | np.isnan(profile))
            came += float(counts[known].sum())
            expected += float(profile[known].sum())
        return came / expected


def _blend(own: Counts, of_all: Counts, weight: float) -> Counts:
    """Returns the two profiles in one; where one of them knows nothing, the other."""
    both = weight * own + (1 - weight) * of_all
    return np.where(np.isnan(both), np.where(np.isnan(own), of_all, own), both)
