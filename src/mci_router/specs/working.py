"""Working: activities, templates of shifts, and the rules that schedules keep, of a workspace and of its agents."""

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Reference, Spec, Text, refers
from mci_router.specs.moments import LocalTime
from mci_router.vocabulary import Channel, Counts

QUARTER_MIN = 15
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _on_a_quarter(value: time) -> time:
    if value.tzinfo or value.second or value.microsecond or value.minute % QUARTER_MIN:
        raise ValueError("must be a local time on a quarter-hour, such as 06:15")
    return value


QuarterTime = Annotated[LocalTime, AfterValidator(_on_a_quarter)]
"""A time of day on a quarter-hour, by the workspace's clock."""

Quarters = Annotated[int, Field(multiple_of=QUARTER_MIN)]
"""Minutes, in whole quarter-hours."""


AwayReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A reason for being away, as desks set it."""


def minute_of(value: time) -> int:
    """Returns the minutes from midnight to a time of day."""
    return value.hour * 60 + value.minute


class ActivitySpec(Spec):
    """What an agent does in a piece of a shift."""

    name: Name
    title: Text
    paid: Annotated[bool, Field(description="It counts as working time, also for the rules.")] = True
    counts: Annotated[
        Counts, Field(description="`available`: who does it covers the requirement; `away`: a break, a training.")
    ] = Counts.AVAILABLE
    channels: Annotated[
        list[Channel],
        Field(max_length=len(Channel), description="The channels that it serves; empty: all of the agent's."),
    ] = []
    reasons: Annotated[
        list[AwayReason],
        Field(
            max_length=20,
            description="Of one that counts as away: the reasons with which an agent who does it is away; empty: any. "
            "Who is not paid for it may be offline as well.",
            examples=[["lunch"]],
        ),
    ] = []


class BreakSpec(Spec):
    """A break, or another activity within a shift: its length, and the window in which it begins."""

    activity: Name
    length_min: Annotated[Quarters, Field(ge=15, le=240, description="Minutes, in quarter-hours.")]
    earliest_min: Annotated[Quarters, Field(ge=0, le=960, description="Minutes after the shift's start.")]
    latest_min: Annotated[Quarters, Field(ge=0, le=960, description="Minutes after the shift's start.")]

    @model_validator(mode="after")
    def forward(self) -> Self:
        """Raises ValueError for a window that ends before it begins."""
        if self.latest_min < self.earliest_min:
            raise ValueError("latest_min is before earliest_min")
        return self


class ShiftTemplateSpec(Spec):
    """A kind of shift: when it may begin, how long it is, and the breaks in it. It may pass midnight."""

    name: Name
    title: Text
    activity: Annotated[Name, Field(description="What is done outside its breaks.")]
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7, description="The days on which it may begin.")] = (
        list(WEEKDAYS)
    )
    earliest_start: QuarterTime
    latest_start: QuarterTime
    step_min: Annotated[Quarters, Field(ge=15, le=240, description="From one possible start to the next.")] = 30
    length_min: Annotated[
        Quarters, Field(ge=60, le=960, description="From its start to its end, breaks included.", examples=[480])
    ]
    breaks: Annotated[list[BreakSpec], Field(max_length=6, description="In the order in which they are taken.")] = []

    @model_validator(mode="after")
    def has_room_for_its_breaks(self) -> Self:
        """Raises ValueError for starts in the wrong order, and for breaks that do not fit one after the other."""
        if self.latest_start < self.earliest_start:
            raise ValueError("latest_start is before earliest_start: make two templates, for two days")
        free = 0
        for number, one in enumerate(self.breaks):
            begins = max(free, one.earliest_min)
            if begins > one.latest_min or begins + one.length_min > self.length_min:
                raise ValueError(f"breaks.{number} has no room behind the break before it and within length_min")
            free = begins + one.length_min
        return self

    def references(self) -> Iterator[Reference]:
        yield from refers("activity", self.activity, "activity")
        for number, one in enumerate(self.breaks):
            yield from refers("activity", one.activity, "breaks", number, "activity")


HoursADay = Annotated[float, Field(gt=0, le=24, description="The most paid hours of a shift, and of a day's shifts.")]
HoursAWeek = Annotated[float, Field(gt=0, le=168, description="The most paid hours from Monday to Sunday.")]
RestHours = Annotated[float, Field(ge=0, le=48, description="The least hours from a shift's end to the next start.")]
DaysInARow = Annotated[int, Field(ge=1, le=14, description="The most days with a shift, one after the other.")]
EarliestStart = Annotated[QuarterTime | None, Field(description="No shift begins before it. Null: at any time.")]


class WorkRules(Spec):
    """The rules that every schedule keeps, unless an agent has others, and what is shared out fairly."""

    hours_a_day: HoursADay = 10
    hours_a_week: HoursAWeek = 48
    rest_h: RestHours = 11
    days_in_a_row: DaysInARow = 6
    earliest_start: EarliestStart = None
    early_before: Annotated[
        QuarterTime, Field(description="Shifts that begin before it are early ones, and shared out fairly.")
    ] = time(8)
    late_after: Annotated[
        QuarterTime, Field(description="Shifts that end after it, or on the next day, are late ones.")
    ] = time(20)


class AvailableBlock(Spec):
    """A time of a day in which an agent may work. One that ends at or before its begin ends on the next day."""

    begins: QuarterTime
    ends: QuarterTime

    @property
    def minutes(self) -> tuple[int, int]:
        """Its begin and end, in minutes from the day's midnight."""
        begins, ends = minute_of(self.begins), minute_of(self.ends)
        return begins, ends if ends > begins else ends + 24 * 60


class AgentWork(Spec):
    """How an agent works: what differs from the workspace's rules, when they are available, and what they prefer."""

    scheduled: Annotated[bool, Field(description="False: no schedule plans them in.")] = True
    contract_hours: Annotated[
        float | None, Field(ge=0, le=168, description="The paid hours of a week that they are to have. Null: any.")
    ] = None
    hours_a_day: HoursADay | None = None
    hours_a_week: HoursAWeek | None = None
    rest_h: RestHours | None = None
    days_in_a_row: DaysInARow | None = None
    earliest_start: EarliestStart = None
    available: Annotated[
        dict[Weekday, Annotated[list[AvailableBlock], Field(max_length=8)]] | None,
        Field(
            description="When they may work, by day; on a day that is not named they do not. Null: always.",
            examples=[{"mon": [{"begins": "08:00", "ends": "17:00"}]}],
        ),
    ] = None
    prefers: Annotated[
        list[Name], Field(max_length=20, description="Templates that they would rather have, where it is possible.")
    ] = []
    prefers_off: Annotated[
        list[Weekday], Field(max_length=7, description="Days that they would rather have off, where it is possible.")
    ] = []

    def references(self) -> Iterator[Reference]:
        for number, template in enumerate(self.prefers):
            yield from refers("shift_template", template, "work", "prefers", number)
