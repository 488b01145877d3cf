"""Intervals: the pieces of time that a report has a row for, in the workspace's time zone. Pure.

Facts are counted by quarter-hours of UTC. Every zone's hours and days are made of whole ones: a day of 23 or 25 hours
has as many as it lasts, and an hour that comes twice is two rows.
"""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

QUARTER_S = 900
QUARTER = timedelta(seconds=QUARTER_S)
MOST_INTERVALS = 3_000  # a month of quarter-hours, or eight years of days


class ReportInterval(StrEnum):
    """How long a row of a report lasts, as ISO 8601 writes durations."""

    QUARTER_HOUR = "PT15M"
    """A quarter of an hour."""
    HALF_HOUR = "PT30M"
    """Half an hour."""
    HOUR = "PT1H"
    """An hour."""
    DAY = "P1D"
    """A day of the workspace's time zone, from midnight."""
    WEEK = "P1W"
    """A week of the workspace's time zone, from Monday."""

    @property
    def by_day(self) -> bool:
        """Whether it consists of whole days."""
        return self in (ReportInterval.DAY, ReportInterval.WEEK)

    @property
    def pieces(self) -> int:
        """How many quarter-hours, or days, it is usually made of."""
        return {"PT30M": 2, "PT1H": 4, "P1W": 7}.get(self, 1)


MINUTES = {ReportInterval.QUARTER_HOUR: 15, ReportInterval.HALF_HOUR: 30, ReportInterval.HOUR: 60}
"""The minutes of the hour at which an interval can begin are multiples of these."""


class TooManyIntervals(ValueError):
    """A period has more intervals than a report can have."""


def boundaries(interval: ReportInterval, zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """Returns where the intervals of [since, until) begin, in UTC, and where the last one ends.

    The first begins at or before `since`, the last ends at or after `until`.

    Raises:
        TooManyIntervals: they are more than `MOST_INTERVALS`.
    """
    if interval.by_day:
        return _days(7 if interval is ReportInterval.WEEK else 1, zone, since, until)
    found, at = [_begin(interval, zone, since)], _begin(interval, zone, since)
    while at < until:
        at = _next(interval, zone, at)
        found.append(at)
        _check(len(found))
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Returns when a day begins in a zone, in UTC. Where midnight is skipped, it is the moment of the change."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def quarter(at: datetime) -> datetime:
    """Returns the beginning of the quarter-hour of UTC in which `at` is."""
    return datetime.fromtimestamp(at.timestamp() // QUARTER_S * QUARTER_S, UTC)


def _days(step: int, zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    day = since.astimezone(zone).date()
    day -= timedelta(days=day.weekday() if step == 7 else 0)
    found = [midnight(day, zone)]
    while found[-1] < until:
        day += timedelta(days=step)
        found.append(midnight(day, zone))
        _check(len(found))
    return found


def _begins(interval: ReportInterval, zone: ZoneInfo, at: datetime) -> bool:
    return at.astimezone(zone).minute % MINUTES[interval] == 0


def _begin(interval: ReportInterval, zone: ZoneInfo, at: datetime) -> datetime:
    at = quarter(at)
    while not _begins(interval, zone, at):
        at -= QUARTER
    return at


def _next(interval: ReportInterval, zone: ZoneInfo, at: datetime) -> datetime:
    at += QUARTER
    while not _begins(interval, zone, at):
        at += QUARTER
    return at


def _check(found: int) -> None:
    if found > MOST_INTERVALS + 1:
        raise TooManyIntervals
