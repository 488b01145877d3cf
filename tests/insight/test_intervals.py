"""Intervals of reports: whole pieces of time, as clocks on the wall show them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.insight.intervals import MOST_INTERVALS, QUARTER, ReportInterval, TooManyIntervals, boundaries, quarter

ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Chatham")
moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))  # ten years


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def lengths_h(interval: ReportInterval, zone: str, since: str, until: str) -> list[float]:
    found = boundaries(interval, ZoneInfo(zone), utc(since), utc(until))
    return [(after - before) / timedelta(hours=1) for before, after in pairwise(found)]


def test_a_day_lasts_as_long_as_the_clock_says() -> None:
    """23 hours in spring and 25 in autumn, where the change is; a week with the change has an hour less or more."""
    spring, autumn = (
        ("2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00"),
        (
            "2026-10-24T00:00+02:00",
            "2026-10-27T00:00+01:00",
        ),
    )
    assert lengths_h(ReportInterval.DAY, "Europe/Berlin", *spring) == [24, 23, 24]
    assert lengths_h(ReportInterval.DAY, "Europe/Berlin", *autumn) == [24, 25, 24]
    assert lengths_h(ReportInterval.DAY, "UTC", *spring) == [24, 24, 24, 24]
    assert lengths_h(ReportInterval.WEEK, "Europe/Berlin", *spring) == [7 * 24 - 1, 7 * 24]


def test_the_hour_that_comes_twice_is_two_rows_and_the_one_left_out_is_none() -> None:
    """Every hour lasts an hour, through both changes."""
    for since, until, hours in (
        ("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 25),
        ("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23),
    ):
        assert lengths_h(ReportInterval.HOUR, "Europe/Berlin", since, until) == [1] * hours


def test_hours_begin_where_the_zone_has_them() -> None:
    """Kathmandu is 5:45 ahead: its hours begin a quarter past those of UTC."""
    first, *_ = boundaries(
        ReportInterval.HOUR, ZoneInfo("Asia/Kathmandu"), utc("2026-05-05T10:10Z"), utc("2026-05-05T12:00Z")
    )
    assert first == utc("2026-05-05T09:15Z")


@given(since=moments, hours=st.integers(1, 700), zone=st.sampled_from(ZONES), interval=st.sampled_from(ReportInterval))
def test_intervals_cover_the_period_without_a_gap(
    since: datetime, hours: int, zone: str, interval: ReportInterval
) -> None:
    """In order, of whole quarter-hours, from at or before its beginning to at or after its end, and no farther."""
    until = since + timedelta(hours=hours)
    found = boundaries(interval, ZoneInfo(zone), since, until)
    assert found[0] <= since < found[1]
    assert found[-2] < until <= found[-1]
    assert all(before < after for before, after in pairwise(found))
    assert all(quarter(at) == at for at in found)


def test_a_period_of_too_many_intervals_is_refused() -> None:
    """A month of quarter-hours is not."""
    since, zone = utc("2026-01-01T00:00Z"), ZoneInfo("Europe/Berlin")
    assert len(boundaries(ReportInterval.QUARTER_HOUR, zone, since, since + 31 * 96 * QUARTER)) == 31 * 96 + 1
    for interval, days in ((ReportInterval.QUARTER_HOUR, 32), (ReportInterval.DAY, MOST_INTERVALS + 1)):
        with pytest.raises(TooManyIntervals):
            boundaries(interval, zone, since, since + timedelta(days=days))
