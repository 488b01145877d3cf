"""Grids: quarter-hours of UTC, laid on the days and the local clock of a workspace's zone. Pure.

A slot is a quarter-hour of the local clock, 0 to 95. Where the clock goes forward a day of 92 quarter-hours lacks some;
where it goes back, in one of 100, some come twice, and what is known of a slot is the mean of both.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from mci_router.insight.intervals import QUARTER, QUARTER_S, midnight
from mci_router.values import value
from mci_router.workforce.forecast.profiles import SLOTS, Counts

DAY = timedelta(days=1)


def quarters_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """Returns when the quarter-hours of a day of a zone begin, in UTC: 92, 96 or 100."""
    begins, ends = midnight(day, zone), midnight(day + DAY, zone)
    return [begins + number * QUARTER for number in range((ends - begins) // QUARTER)]


def slot_of(at: datetime, zone: ZoneInfo) -> int:
    """Returns the slot that the local clock shows at a moment."""
    local = at.astimezone(zone)
    return local.hour * 4 + local.minute // 15


@value
class Grid:
    """Consecutive days of a zone. `day` and `slot` have, for each of their quarter-hours, the number of its day and its
    slot.
    """

    days: list[date]
    zone: ZoneInfo
    day: NDArray[np.int64]
    slot: NDArray[np.int64]

    @classmethod
    def of(cls, first: date, days: int, zone: ZoneInfo) -> "Grid":
        """Returns the grid of so many days."""
        dates = [first + number * DAY for number in range(days)]
        quarters = [(number, at) for number, one in enumerate(dates) for at in quarters_of(one, zone)]
        numbers = np.array([number for number, _ in quarters], dtype=np.int64)
        slots = np.array([slot_of(at, zone) for _, at in quarters], dtype=np.int64)
        return cls(dates, zone, numbers, slots)

    @property
    def begins(self) -> datetime:
        """When the first day begins, in UTC."""
        return midnight(self.days[0], self.zone)

    @property
    def ends(self) -> datetime:
        """When the last day ends, in UTC."""
        return midnight(self.days[-1] + DAY, self.zone)

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """The weekdays of the days, 0 for Monday."""
        return np.array([one.weekday() for one in self.days], dtype=np.int64)

    def numbers(self, epochs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the numbers of quarter-hours, the grid's first being 0, by their beginnings: seconds of the epoch."""
        found: NDArray[np.int64] = (epochs - int(self.begins.timestamp())) // QUARTER_S
        return found

    def rows(self, counts: Counts) -> Counts:
        """Returns what came in each quarter-hour of the grid as (days, 96); NaN for slots that a day lacks."""
        sums, of = np.zeros((len(self.days), SLOTS)), np.zeros((len(self.days), SLOTS))
        np.add.at(sums, (self.day, self.slot), counts)
        np.add.at(of, (self.day, self.slot), 1)
        return np.where(of > 0, sums / np.maximum(of, 1), np.nan)
