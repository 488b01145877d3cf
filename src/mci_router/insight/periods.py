"""Periods by name, such as `last_28_days` or `2026-W45`: the days that they have, and those before. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from mci_router.values import value

WORDS = (
    *("today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year", "last_year"),
    *("last_7_days", "last_28_days"),
)
PATTERN = rf"^({'|'.join(WORDS)}|\d{{4}}(-\d\d(-\d\d)?|-W\d\d)?)$"
"""What a period is called: one of the words, a day, a week of ISO 8601, a month or a year."""

YEARS = range(1971, 2200)
DAY = timedelta(days=1)


class NoSuchPeriod(ValueError):
    """The name is of no period, or of one that has not begun; the message says which."""


@value
class Period:
    """Whole days from `first` until `end`, which is not in it, and those `before` that it is compared with.

    Of a period that goes on, `end` is tomorrow; the one before is as many days of the one that it follows.
    """

    first: date
    end: date
    before_first: date
    before_end: date
    goes_on: bool


def period_of(name: str, today: date) -> Period:
    """Returns the period of a name, as it is on that day. Raises NoSuchPeriod."""
    if name.startswith("last_") and name.endswith("_days"):
        return _of_days(today, int(name.split("_")[1]))
    first, length = _named(name, today)
    if first > today:
        raise NoSuchPeriod("has not begun")
    end, before = length(first, 1), length(first, -1)
    if end <= today:
        return Period(first, end, before, first, goes_on=False)
    end = today + DAY
    return Period(first, end, before, min(before + (end - first), first), goes_on=True)


Step = Callable[[date, int], date]
"""Moves the beginning of a period by so many of its length."""


def _of_days(today: date, days: int) -> Period:
    """Returns the last whole days: today is not in it, so that it is over."""
    first = today - days * DAY
    return Period(first, today, first - days * DAY, first, goes_on=False)


def _days(number: int) -> Step:
    return lambda first, times: first + times * number * DAY


def _months(first: date, times: int) -> date:
    number = first.year * 12 + first.month - 1 + times
    return date(number // 12, number % 12 + 1, 1)


def _years(first: date, times: int) -> date:
    return date(first.year + times, 1, 1)


def _named(name: str, today: date) -> tuple[date, Step]:
    words: Mapping[str, tuple[date, Step]] = {
        "day": (today, _days(1)),
        "week": (today - today.weekday() * DAY, _days(7)),
        "month": (today.replace(day=1), _months),
        "year": (today.replace(month=1, day=1), _years),
    }
    if name in ("today", "yesterday"):
        return today - DAY * (name == "yesterday"), _days(1)
    which, _, unit = name.partition("_")
    if which in ("this", "last") and unit in words:
        first, step = words[unit]
        return step(first, -1) if which == "last" else first, step
    return _written(name)


def _written(name: str) -> tuple[date, Step]:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|-W(\d\d))?", name, re.ASCII)
    if not found:
        raise NoSuchPeriod(
            f"is not the name of a period: take {', '.join(WORDS)}, a day (2026-10-25), a week (2026-W45), a month "
            "(2026-10) or a year (2026)"
        )
    year, month, day, week = found.groups()
    if int(year) not in YEARS:
        raise NoSuchPeriod(f"must be of the years {YEARS[0]} to {YEARS[-1]}")
    try:
        if week:
            return date.fromisocalendar(int(year), int(week), 1), _days(7)
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise NoSuchPeriod("is not in the calendar") from error
    return first, _days(1) if day else _months if month else _years
