"""What is sent about schedules: what they are made from, changes of shifts, swaps, time off, decisions."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.api.schemas.common import Body, Instant
from mci_router.specs.base import Day, Name, Text
from mci_router.specs.working import QUARTER_MIN
from mci_router.workforce.schedules.asking import Required
from mci_router.workforce.schedules.work import MOST_SECONDS

MOST_DAYS = 14
MOST_ROWS = 3_000
MOST_AGENTS = 500  # an agent in a row
LONGEST_TIME_OFF = timedelta(days=366)
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Accept = Annotated[bool, Field(description="Do it although it breaks rules. It is audited.")]
ShiftId = Annotated[str, StringConstraints(pattern=r"^shf_[0-9a-f]{32}$")]


def _quarter(value: datetime) -> datetime:
    at = value.astimezone(UTC)
    if at.minute % QUARTER_MIN or at.second or at.microsecond:
        raise ValueError("must be on a quarter-hour")
    return at


class RequirementRow(Body):
    """So many agents, with these skills, for a group, from `begins` to `ends`. Two rows of a group do not overlap."""

    begins: Instant
    ends: Annotated[Instant | None, Field(description="Left out: a quarter-hour after `begins`.")] = None
    group: Name
    skills: Annotated[list[Name], Field(max_length=20, description="The same in every row of a group.")] = []
    agents: Annotated[int, Field(ge=0, le=MOST_AGENTS)]

    @field_validator("begins", "ends")
    @classmethod
    def on_a_quarter(cls, value: datetime | None) -> datetime | None:
        return value and _quarter(value)

    def required(self) -> Required:
        """Returns it as schedules are made from it."""
        ends = self.ends or self.begins + timedelta(minutes=QUARTER_MIN)
        return Required(self.begins, ends, self.group, tuple(sorted(set(self.skills))), self.agents)


class ScheduleIn(Body):
    """A schedule to make."""

    name: Text
    begins_on: Annotated[Day, Field(description="The first day, by the workspace's clock.")]
    ends_on: Annotated[Day, Field(description="The last day.")]
    requirement: Annotated[
        list[RequirementRow],
        Field(max_length=MOST_ROWS, description="What is to be covered. Empty: a schedule to fill by hand."),
    ] = []
    agents: Annotated[
        list[Name] | None, Field(max_length=MOST_AGENTS, description="Only these agents. Null: all who are scheduled.")
    ] = None
    templates: Annotated[
        list[Name] | None, Field(min_length=1, max_length=50, description="Only these templates. Null: all.")
    ] = None
    seconds: Annotated[float, Field(ge=1, le=MOST_SECONDS, description="How long the solver may take.")] = 60
    gap: Annotated[float, Field(ge=0, le=0.5, description="A solution so near to the best is good enough.")] = 0.02

    @model_validator(mode="after")
    def few_days(self) -> Self:
        """Raises ValueError for days in the wrong order, or too many."""
        if not 0 <= (self.ends_on - self.begins_on).days < MOST_DAYS:
            raise ValueError(f"ends_on must be on begins_on or later, and within {MOST_DAYS} days of it")
        return self


class PieceIn(Body):
    """A piece of a shift."""

    activity: Name
    begins_at: Instant
    ends_at: Instant

    @field_validator("begins_at", "ends_at")
    @classmethod
    def on_a_quarter(cls, value: datetime) -> datetime:
        return _quarter(value)

    def placed(self) -> tuple[str, datetime, datetime]:
        """Returns it as a triple."""
        return self.activity, self.begins_at, self.ends_at


class ShiftIn(Body):
    """A shift to add by hand."""

    agent: Name
    group: Annotated[Name | None, Field(description="The group of the requirement that it covers.")] = None
    pieces: Annotated[list[PieceIn], Field(min_length=1, max_length=20)]
    accept_breaches: Accept = False


class ShiftPatch(Body):
    """What is to become of a shift; what is left out stays."""

    agent: Name | None = None
    group: Annotated[Name | None, Field(description="The group of the requirement that it covers from now on.")] = None
    begins_at: Annotated[Instant | None, Field(description="Moves the shift with all its pieces.")] = None
    pieces: Annotated[list[PieceIn] | None, Field(min_length=1, max_length=20)] = None
    accept_breaches: Accept = False

    @field_validator("begins_at")
    @classmethod
    def on_a_quarter(cls, value: datetime | None) -> datetime | None:
        return value and _quarter(value)


class Decision(Body):
    """A decision, and why."""

    why: Why = ""


class AcceptIn(Body):
    """Who accepts a swap: the agent who was asked."""

    agent: Name


class Approval(Decision):
    """An approval, and why."""

    accept_breaches: Accept = False


class SwapIn(Body):
    """A shift that its agent asks another to take."""

    shift_id: ShiftId
    other: Annotated[Name, Field(description="The agent who is asked.")]
    other_shift_id: Annotated[ShiftId | None, Field(description="The shift that is given for it. Null: none.")] = None
    reason: Why = ""


class TimeOffIn(Body):
    """Time off that an agent asks for."""

    agent: Name
    begins_at: Instant
    ends_at: Instant
    reason: Why = ""

    @model_validator(mode="after")
    def forward(self) -> Self:
        """Raises ValueError for a time that ends before it begins, or lasts too long."""
        if not timedelta() < self.ends_at - self.begins_at <= LONGEST_TIME_OFF:
            raise ValueError("ends_at must be after begins_at, by a year at most")
        return self
