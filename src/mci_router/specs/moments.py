"""Days, moments and times of day as people write them: never a number, which pydantic reads as seconds since 1970."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema


def _a_day(value: Any) -> Any:
    if type(value) is date or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise ValueError("must be a day, such as 2026-01-31")


def _a_moment(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and not re.fullmatch(r"[-+.\d\s]*", value, re.ASCII)):
        return value
    raise ValueError("must be a moment with an offset, such as 2026-01-31T08:00:00+01:00")


def _a_time(value: Any) -> Any:
    if isinstance(value, time | str):
        return value
    raise ValueError("must be a time with two digits each, in quotes, such as '08:00'")


CalendarDay = Annotated[date, BeforeValidator(_a_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_a_moment)]
LocalTime = Annotated[
    time,
    BeforeValidator(_a_time),
    WithJsonSchema(
        {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$", "examples": ["09:00"]}
    ),
]
"""A time of day without an offset, which JSON Schema's format `time` would demand."""
