"""Periods by name: which days they have, and which ones they are compared with."""

from datetime import date

import pytest

from mci_router.insight.periods import NoSuchPeriod, period_of
from tests.support.rows import every

SUNDAY = date(2026, 11, 29)


@every(
    ("name", "first", "end", "before_first", "before_end"),
    [
        ("today", "2026-11-29", "2026-11-30", "2026-11-28", "2026-11-29"),
        ("yesterday", "2026-11-28", "2026-11-29", "2026-11-27", "2026-11-28"),
        ("this_week", "2026-11-23", "2026-11-30", "2026-11-16", "2026-11-23"),
        ("last_week", "2026-11-16", "2026-11-23", "2026-11-09", "2026-11-16"),
        ("this_month", "2026-11-01", "2026-11-30", "2026-10-01", "2026-10-30"),
        ("last_month", "2026-10-01", "2026-11-01", "2026-09-01", "2026-10-01"),
        ("this_year", "2026-01-01", "2026-11-30", "2025-01-01", "2025-11-30"),
        ("last_year", "2025-01-01", "2026-01-01", "2024-01-01", "2025-01-01"),
        ("last_7_days", "2026-11-22", "2026-11-29", "2026-11-15", "2026-11-22"),
        ("last_28_days", "2026-11-01", "2026-11-29", "2026-10-04", "2026-11-01"),
        ("2026-10-25", "2026-10-25", "2026-10-26", "2026-10-24", "2026-10-25"),
        ("2026-W45", "2026-11-02", "2026-11-09", "2026-10-26", "2026-11-02"),
        ("2026-W01", "2025-12-29", "2026-01-05", "2025-12-22", "2025-12-29"),
        ("2026-01", "2026-01-01", "2026-02-01", "2025-12-01", "2026-01-01"),
        ("2024", "2024-01-01", "2025-01-01", "2023-01-01", "2024-01-01"),
    ],
)
def test_a_name_has_its_days_and_those_before(
    name: str, first: str, end: str, before_first: str, before_end: str
) -> None:
    """A period that goes on ends with today, and is compared with as many days of the one that it follows."""
    period = period_of(name, SUNDAY)
    days = (period.first, period.end, period.before_first, period.before_end)
    assert tuple(day.isoformat() for day in days) == (first, end, before_first, before_end)
    assert period.goes_on == (period.end > SUNDAY)


def test_a_long_month_is_never_compared_with_itself() -> None:
    """On the 31st of March, February's 28 days are all there are before."""
    period = period_of("this_month", date(2026, 3, 31))
    assert (period.before_first, period.before_end) == (date(2026, 2, 1), date(2026, 3, 1))


@every(
    ("name", "says"),
    [
        ("2026-12-01", "has not begun"),
        ("2027", "has not begun"),
        ("2026-13", "not in the calendar"),
        ("2026-02-30", "not in the calendar"),
        ("2025-W53", "not in the calendar"),
        ("0001", "years"),
        ("next_week", "not the name"),
        ("last_decade", "not the name"),
    ],
)
def test_what_is_no_period_is_refused(name: str, says: str) -> None:
    """With what is wrong about it."""
    with pytest.raises(NoSuchPeriod, match=says):
        period_of(name, SUNDAY)
