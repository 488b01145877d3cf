"""Days, moments and times of day are taken as people write them, and nothing else is."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mci_router.specs import WorkspaceSpec
from mci_router.specs.moments import CalendarDay, LocalTime, Moment
from tests.support.rows import every

DAY: TypeAdapter[date] = TypeAdapter(CalendarDay)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
TIME: TypeAdapter[time] = TypeAdapter(LocalTime)


@every(
    "value", [0, "0", 86_400.0, "1767225600", 20261225, "2026-12-25T00:00:00", datetime(2026, 12, 25, tzinfo=UTC), None]
)
def test_a_holiday_is_no_number(value: Any) -> None:
    """Each of them but 20261225 was once some day of 1970 or 2026, and is not what the operator meant."""
    with pytest.raises(ValidationError, match="must be a day, such as 2026-01-31"):
        DAY.validate_python(value)


def test_a_day_is_read_as_it_is_written() -> None:
    """Of any year, from JSON as from YAML."""
    assert DAY.validate_python("2026-12-25") == DAY.validate_python(date(2026, 12, 25)) == date(2026, 12, 25)


@every("value", [20260101, "20260101", 1.5, "-1", "2026-01-01", date(2026, 1, 1)])
def test_a_moment_is_no_number(value: Any) -> None:
    """`valid_until: 20260101` would be a day of 1970, so that the article answered nobody."""
    with pytest.raises(ValidationError, match="must be a moment with an offset, such as 2026-01-31T08:00:00"):
        MOMENT.validate_python(value)


def test_a_moment_is_read_as_it_is_written() -> None:
    """With its offset."""
    assert MOMENT.validate_python("2026-01-31T08:00:00+01:00") == datetime(2026, 1, 31, 7, tzinfo=UTC)


@every("value", [8, 8.5, True, 28_800])
def test_a_time_of_day_is_no_number(value: Any) -> None:
    """8 is eight seconds past midnight to the parser, and in UTC: its words were about offsets."""
    with pytest.raises(ValidationError, match="must be a time with two digits each, in quotes, such as '08:00'"):
        TIME.validate_python(value)


@every(
    "more",
    [{"holiday_calendars": {"germany": [0]}}, {"forecast": {"exclude": ["86400"]}}],
)
def test_the_calendars_of_a_workspace_have_such_days(more: dict[str, Any]) -> None:
    """As its queues' hours do."""
    with pytest.raises(ValidationError, match="must be a day"):
        WorkspaceSpec.model_validate({"name": "shop", "title": "Shop", **more})
