"""A day's forecast, made of the days before it. Pure.

Two profiles are blended: that of the same weekday, and that of the last four weeks whatever the weekday, by the weight
that would have served the last four such weekdays best: a short Saturday keeps its own shape, and days that are alike
lend each other theirs. The blend is moved to the level of the last days, and corrected by what was missed on average.
How far that would have missed the days before says how wide the band has to be.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mci_router.values import value
from mci_router.workforce.forecast.bands import band, dispersions
from mci_router.workforce.forecast.profiles import Counts, ewma, smoothed
from mci_router.workforce.forecast.replay import Replay

WEEK = 7
HISTORY = 12 * WEEK  # days: the eight of a weekday that an EWMA of 0.3 still hears of, and four weeks to begin with
JUDGED = 8 * WEEK  # days whose misses say how wide a band is: in less there may be no burst
SUNDAY = 6


@value
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

    def forecast(self, weekday: int, *, holiday: bool = False, later: bool = False) -> DayForecast | None:
        """Returns the forecast of the day that comes, or of such a day `later`; None where nothing is known. A holiday
        is as those before, or as a Sunday.
        """
        expected = self._holiday(later) if holiday else self._next(weekday, later)
        if expected is None:
            return None
        return DayForecast(expected, *band(expected, self._dispersion))

    @cached_property
    def replay(self) -> Replay:
        """What would have been said of each of the days."""
        return Replay(self.counts, self.weekdays)

    def _holiday(self, later: bool) -> Counts | None:
        return np.nan_to_num(smoothed(ewma(self.holidays))) if len(self.holidays) else self._next(SUNDAY, later)

    def _next(self, weekday: int, later: bool) -> Counts | None:
        expected = self.replay.blend(weekday)
        factor = self.replay.later if later else self.replay.levels[-1].factor
        return None if np.isnan(expected).all() else np.nan_to_num(expected) * factor

    @cached_property
    def _dispersion(self) -> Counts:
        """Returns that of the last eight weeks, or of the last one where that spreads more."""
        judged = (dispersions(self.counts[-days:], self.replay.said[-days:]) for days in (JUDGED, WEEK))
        return np.maximum(*judged)
