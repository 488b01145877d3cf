"""Weeks and months of coaching, as ISO 8601 writes them: `2026-W45` and `2026-11`. Pure.

A week belongs to the month in which its Thursday lies, as it belongs to that day's year: so each is reviewed once.
"""

import re
from datetime import date, timedelta

from mci_router.values import value

YEARS = range(1971, 2200)
THURSDAY = 3


@value
class Period:
    """Days from the first until the day before `end`."""

    name: str
    first: date
    end: date

    @property
    def last(self) -> date:
        """The last of its days."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """All of its days."""
        return [self.first + timedelta(days=number) for number in range((self.end - self.first).days)]

    def has(self, day: date) -> bool:
        """Returns whether a day is one of its days."""
        return self.first <= day < self.end


def week(name: str) -> Period:
    """Returns the week of that name. Raises ValueError, which says what is wrong with it."""
    found = re.fullmatch(r"(\d{4})-W(\d\d)", name, re.ASCII)
    if not found or int(found[1]) not in YEARS:
        raise ValueError("is no week: write it as 2026-W45")
    try:
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise ValueError(f"is no week: {found[1]} has no week {found[2]}") from None
    return Period(name, first, first + timedelta(days=7))


def week_of(day: date) -> Period:
    """Returns the week that has a day."""
    year, number, _ = day.isocalendar()
    return week(f"{year}-W{number:02d}")


def month(name: str) -> Period:
    """Returns the month of that name. Raises ValueError, which says what is wrong with it."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name, re.ASCII)
    if not found or int(found[1]) not in YEARS:
        raise ValueError("is no month: write it as 2026-11")
    first = date(int(found[1]), int(found[2]), 1)
    return Period(name, first, (first + timedelta(days=31)).replace(day=1))


def weeks_of(of_month: Period) -> list[Period]:
    """Returns the weeks that belong to a month, in order."""
    days = (of_month.first + timedelta(days=number) for number in range((of_month.end - of_month.first).days))
    return [week_of(day) for day in days if day.weekday() == THURSDAY]
