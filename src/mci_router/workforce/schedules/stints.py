"""Stints: what the rules know of a shift, and the days and weeks that it counts for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mci_router.specs.working import WEEKDAYS, ActivitySpec, Weekday
from mci_router.values import value

DAY = timedelta(days=1)
HOUR_S = 3_600


@value
class Stint:
    """A shift as the rules see it. `day` is the local day on which it begins; `paid_h` its paid hours.

    `skills` are what it is there for. One that is `fixed` stands in a published schedule.
    """

    day: date
    begins_at: datetime
    ends_at: datetime
    paid_h: float
    skills: frozenset[str] = frozenset()
    fixed: bool = False


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Returns in UTC when a local day's clock shows so many minutes since midnight; beyond 24 hours, on a later day.

    A time that a day of the change does not have is taken as the clock had shown it before the change; of one that
    comes twice, the first.
    """
    days, minute = divmod(minute, 24 * 60)
    local = datetime.combine(day + days * DAY, time(minute // 60, minute % 60), zone)
    return local.astimezone(UTC)


def weekday_of(day: date) -> Weekday:
    """Returns a day's weekday."""
    return WEEKDAYS[day.weekday()]


def monday_of(day: date) -> date:
    """Returns the Monday of a day's week."""
    return day - day.weekday() * DAY


def days_between(first: date, last: date) -> list[date]:
    """Returns the days from the first to the last, both among them."""
    return [first + number * DAY for number in range((last - first).days + 1)]


def paid_hours(pieces: Iterable[tuple[str, datetime, datetime]], activities: Mapping[str, ActivitySpec]) -> float:
    """Returns the paid hours of pieces of a shift; an activity that is not configured any longer is paid."""
    lengths = (
        (ends - begins).total_seconds()
        for activity, begins, ends in pieces
        if activity not in activities or activities[activity].paid
    )
    return sum(lengths) / HOUR_S


def runs(days: Iterable[date]) -> list[tuple[date, int]]:
    """Returns where days follow each other: the first day of each run, and how many they are."""
    found: list[tuple[date, int]] = []
    for day in sorted(set(days)):
        if found and found[-1][0] + found[-1][1] * DAY == day:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((day, 1))
    return found


def hours_of_weeks(stints: Sequence[Stint]) -> dict[date, float]:
    """Returns the paid hours of each week, by its Monday."""
    hours: dict[date, float] = {}
    for stint in stints:
        monday = monday_of(stint.day)
        hours[monday] = hours.get(monday, 0.0) + stint.paid_h
    return hours
