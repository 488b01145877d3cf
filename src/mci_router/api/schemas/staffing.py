"""Schemas of staffing: a day for which the least staff is asked for, and what was found."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from mci_router.api.schemas.common import Answer, Body, Instant, Moment
from mci_router.specs.base import Day, Name
from mci_router.vocabulary import Channel, StaffingState
from mci_router.workforce.staffing.groups import OtherGoal, WhatIf
from mci_router.workforce.staffing.problem import MOST_INTERVALS, MOST_QUEUES

MOST_ROWS = 2 * MOST_QUEUES * MOST_INTERVALS  # two channels a queue


class DemandIn(Body):
    """What is expected to come to a queue on a channel in one quarter-hour."""

    queue: Name
    channel: Channel
    begins: Annotated[Instant, Field(description="Where the quarter-hour begins.")]
    arrivals: Annotated[float, Field(ge=0, le=50_000)]
    aht_s: Annotated[float, Field(ge=0.1, le=86_400, description="Mean handle time in seconds, wrap-up included.")]


class StaffingIn(Body):
    """A day for which the least staff is searched; or a change, compared with what another job has found."""

    day: Annotated[Day | None, Field(description="A day of the workspace's zone.")] = None
    demand: Annotated[
        list[DemandIn] | None,
        Field(max_length=MOST_ROWS, description="What is expected to come; left out: the forecast of the day."),
    ] = None
    goals: Annotated[
        list[OtherGoal], Field(max_length=MOST_QUEUES, description="Service levels in place of the queues' own.")
    ] = []
    patience_s: Annotated[
        dict[Name, Annotated[float, Field(ge=1, le=86_400)]],
        Field(max_length=MOST_QUEUES, description="Mean patience by queue, in seconds; left out: as measured."),
    ] = {}
    absence: Annotated[
        float | None,
        Field(ge=0, le=0.8, description="Share of the time on duty in which agents are away; left out: as measured."),
    ] = None
    handle_spread: Annotated[
        float | None, Field(ge=0, le=5, description="Standard deviation of handle times ÷ their mean; left out: 1.25.")
    ] = None
    day_spread: Annotated[
        float, Field(ge=0, le=0.5, description="Standard deviation of a whole day's volume ÷ its mean.")
    ] = 0.0
    seconds: Annotated[int, Field(ge=10, le=900, description="Longest time to search.")] = 600
    of: Annotated[
        str | None,
        Field(max_length=64, pattern=r"^[A-Za-z0-9_]+$", description="The job that `what_if` is compared with."),
    ] = None
    what_if: WhatIf | None = None

    @model_validator(mode="after")
    def one_thing(self) -> Self:
        """Raises ValueError for a body that asks for no day, or for both a day and a change."""
        if (self.of is None) != (not self.what_if):
            raise ValueError("names a job in of if, and only if, it has a change in what_if")
        if (self.day is None) == (self.of is None):
            raise ValueError("names a day, or else a job in of")
        if self.of is not None and (self.demand is not None or self.goals or self.patience_s):
            raise ValueError("has demand, goals or patience beside of: what is compared are those of that job")
        return self


class QueueLevels(Answer):
    """A queue's service level over the days played. `p90` is what nine of ten days reach."""

    goal: float
    target_s: float
    p90: float | None
    mean: float | None
    days_met: Annotated[int, Field(description="Days that met the goal.")]
    abandoned: Annotated[float | None, Field(description="Share of all contacts.")]
    offered: Annotated[float, Field(description="Contacts a day.")]


class QueueFound(QueueLevels):
    """A queue over the days played with the staff found."""

    queue: str


class Required(Answer):
    """How many agents of a group are on duty in a quarter-hour, those who will be absent among them."""

    begins: Moment
    group: str
    skills: list[str]
    agents: int


class StaffFound(Answer):
    """A staff, and what its days are like."""

    requirement: list[Required]
    agent_hours: float
    checked: Annotated[bool, Field(description="Whether the P90 day was met on days that the search had not seen.")]
    queues: list[QueueFound]
    days: int
    days_played: int
    seconds: float
    seconds_per_day: float | None


class QueueCompared(Answer):
    """A queue before a change and after it. The difference is over the same days; the true one is in its interval 95
    times of 100.
    """

    queue: str
    before: QueueLevels
    after: QueueLevels
    difference: float | None
    low: float | None
    high: float | None


class Compared(Answer):
    """What a change does."""

    queues: list[QueueCompared]
    agent_hours_before: float
    agent_hours_after: float
    days: int
    seconds: float
    seconds_per_day: float | None


class Guessed(Answer):
    """What Erlang A asks for: every group of queues that share agents taken for one line."""

    requirement: list[Required]
    agent_hours: float


class GroupOut(Answer):
    """Agents who are the same to the engine."""

    group: str
    skills: dict[str, int]
    agents: Annotated[list[str], Field(description="Who they are now.")]


class StaffingOut(Answer):
    """A staffing job."""

    id: str
    day: date
    timezone: Annotated[str, Field(description="The workspace's, of which the day is one.")]
    state: StaffingState
    of: str | None
    what_if: Annotated[dict[str, Any] | None, Field(description="The change, as asked for.")]
    progress: Annotated[float, Field(description="From 0 to 1.")]
    groups: list[GroupOut]
    absence: Annotated[float, Field(description="Share of the time on duty, measured or given.")]
    patience_s: Annotated[dict[str, float], Field(description="Mean by queue; customers of the others never leave.")]
    guess: Guessed | None
    found: Annotated[StaffFound | None, Field(description="The best so far, or, once finished, the last word.")]
    compared: Compared | None
    why: Annotated[str | None, Field(description="Why it failed.")]
    attempts: int
    created_at: Moment
    started_at: Annotated[datetime | None, Field(description="RFC 3339, UTC.")]
    ended_at: Annotated[datetime | None, Field(description="RFC 3339, UTC.")]


class StaffingItem(Answer):
    """A staffing job in a list."""

    id: str
    day: date
    state: StaffingState
    of: str | None
    progress: float
    agent_hours: Annotated[float | None, Field(description="Of the best so far.")]
    why: str | None
    created_at: Moment


class StaffingPage(Answer):
    """Staffing jobs, the newest first, without their requirements."""

    timezone: Annotated[str, Field(description="The workspace's, of which the days are.")]
    items: list[StaffingItem]
    next_cursor: str | None
