"""Open hours as an operator writes them."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StringConstraints, WithJsonSchema, field_validator, model_validator

from mci_router.specs.base import Name, Spec

LocalTime = Annotated[
    time,
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$", "examples": ["09:00"]}),
]
"""A time of day without an offset, which JSON Schema's format `time` would demand."""


class HoursBlock(Spec):
    """One open block of a day, local time, `open` included and `close` not.

    Closing at 00:00 is at the end of the day.
    """

    open: LocalTime
    close: LocalTime

    @model_validator(mode="after")
    def forward(self) -> Self:
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError("is in the time zone of its hours: write times without an offset")
        if self.close <= self.open and not self.to_midnight:
            raise ValueError("closes before it opens: split a block that passes midnight into two days")
        return self

    @property
    def to_midnight(self) -> bool:
        return self.close == time(0)


class OpenHours(Spec):
    """When a queue is open. Its service-level clock stands still outside these blocks."""

    timezone: Annotated[str, Field(description="IANA name.", examples=["Europe/Berlin"])]
    week: Annotated[
        dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[HoursBlock]],
        Field(description="Blocks of each day; a day not named is closed."),
    ]
    holidays: Annotated[list[date], Field(max_length=200, description="Days closed in spite of the week.")] = []
    calendars: Annotated[list[Name], Field(max_length=20, description="The workspace's holiday calendars that apply, too.")] = []

    @field_validator("timezone")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not an IANA time zone, such as Europe/Berlin")
        ZoneInfo(value)
        return value

    @model_validator(mode="after")
    def no_overlap(self) -> Self:
        for day, blocks in self.week.items():
            ordered = sorted(blocks, key=lambda block: block.open)
            if any(earlier.to_midnight or later.open < earlier.close for earlier, later in pairwise(ordered)):
                raise ValueError(f"has blocks on {day} that overlap: make them one")
        return self

    @model_validator(mode="after")
    def open_sometimes(self) -> Self:
        if not any(self.week.values()):
            raise ValueError("has no open block in the week: name at least one, or leave the hours out to be always open")
        return self


class WhenClosed(Spec):
    """What happens to a contact that comes while its queue is closed.

    `message` is for its customer, whatever the action.
    """

    action: Annotated[
        Literal["hold", "serve", "queue", "community"],
        Field(
            description="hold: it waits until the queue opens; serve: only the clock stands still, and any agent at work may serve it; "
            "queue: another takes it; community: it is posted, unless sensitive."
        ),
    ] = "hold"
    queue: Name | None = None
    message: Annotated[str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)] = None

    @model_validator(mode="after")
    def names_its_queue(self) -> Self:
        if (self.action == "queue") != (self.queue is not None):
            raise ValueError("names a queue if, and only if, its action is queue")
        return self
