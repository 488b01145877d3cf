"""Quarter-hours on the local clock, on days when it changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mci_router.workforce.forecast.grids import Grid, quarters_of, slot_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "day", "quarters"),
    [
        (BERLIN, date(2026, 3, 29), 92),
        (BERLIN, date(2026, 10, 25), 100),
        (BERLIN, date(2026, 11, 29), 96),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5), 98),
        (ZoneInfo("Asia/Kathmandu"), date(2026, 4, 5), 96),
    ],
)
def test_days_of_other_lengths(zone: ZoneInfo, day: date, quarters: int) -> None:
    """A day has as many quarter-hours as it lasts, one after the other, from midnight to midnight."""
    found = quarters_of(day, zone)
    assert len(found) == quarters
    assert found[0].astimezone(zone).date() == day
    assert (found[0] - timedelta(seconds=1)).astimezone(zone).date() < day
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=15)}


def test_an_hour_that_comes_twice_is_one_and_one_that_is_skipped_is_none() -> None:
    """Six contacts in each quarter-hour are six in each slot, on the day of 25 hours, too; of 23 hours, 92 slots."""
    autumn, spring = Grid.of(date(2026, 10, 24), 3, BERLIN), Grid.of(date(2026, 3, 28), 3, BERLIN)
    rows = autumn.rows(np.full(len(autumn.day), 6.0))
    assert rows == pytest.approx(np.full((3, 96), 6.0))
    of_spring = spring.rows(np.full(len(spring.day), 6.0))
    assert np.flatnonzero(np.isnan(of_spring[1])).tolist() == [8, 9, 10, 11]
    assert np.isfinite(of_spring[[0, 2]]).all()


def test_slots_follow_the_clock_on_the_wall() -> None:
    """Nine o'clock is slot 36 in summer as in winter."""
    for at in (datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=UTC)):
        assert slot_of(at, BERLIN) == 36


def test_numbers_of_quarter_hours() -> None:
    """A quarter-hour is found again by when it begins, beyond a change of the clock."""
    grid = Grid.of(date(2026, 10, 24), 3, BERLIN)
    quarters = [at for day in grid.days for at in quarters_of(day, BERLIN)]
    epochs = np.array([int(at.timestamp()) for at in quarters])
    assert grid.numbers(epochs).tolist() == list(range(96 + 100 + 96))
    assert (grid.begins, grid.ends) == (quarters[0], quarters[-1] + timedelta(minutes=15))
