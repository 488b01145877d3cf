"""Adherence: what agents were to do and did, what is excused, and where each should be now."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Instant, Moment
from mci_router.specs.base import Name

LONGEST_S = 24 * 3_600  # of an exception


Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class DifferenceOut(Answer):
    """A piece of time in which an agent did not do what was planned, beyond the grace."""

    planned: Annotated[str, Field(description="The activity.")]
    presence: Annotated[str, Field(description="What the agent was instead; `offline` also for who was unreachable.")]
    reason: Annotated[str, Field(description="With which the agent was away.")]
    begins_at: Moment
    ends_at: Moment
    excused: Annotated[bool, Field(description="A supervisor has excused it: it counts as kept.")]


class AgentAdherence(Answer):
    """Adherence and conformance of an agent on a day."""

    agent: str
    title: Annotated[str | None, Field(description="Null for one who is no agent any longer.")]
    scheduled_s: Annotated[float, Field(description="The time of the day's shifts, until now.")]
    adherent_s: Annotated[
        float,
        Field(description="Of that, in the planned activity; what the grace forgives, and what is excused, is in it."),
    ]
    adherence: Annotated[float | None, Field(description="`adherent_s` ÷ `scheduled_s`, in [0, 1].")]
    paid_s: Annotated[float, Field(description="Of the scheduled time, that of paid activities.")]
    worked_s: Annotated[
        float, Field(description="Available, away for a paid activity, or excused from one; whenever it was.")
    ]
    conformance: Annotated[float | None, Field(description="`worked_s` ÷ `paid_s`; above 1 for who worked longer.")]
    differences: Annotated[list[DifferenceOut], Field(description="What was not kept and not forgiven, in order.")]


class AdherenceReport(Answer):
    """Adherence and conformance on a day of the workspace, of each agent with a shift."""

    day: date
    timezone: str
    since: Moment
    until: Annotated[Moment, Field(description="The end of the day, or now while it runs.")]
    grace_s: float
    scheduled_s: Annotated[float, Field(description="Of all agents listed.")]
    adherence: Annotated[float | None, Field(description="Of all agents listed, each by its scheduled time.")]
    conformance: Annotated[float | None, Field(description="Of all agents listed, each by its paid time.")]
    agents: list[AgentAdherence]

    def lines(self) -> Sequence[dict[str, object]]:
        """Returns the rows of a file: one for each difference, with its agent's figures, and one without any."""
        found = []
        for one in self.agents:
            facts = one.model_dump(mode="json", exclude={"differences"})
            pieces = [piece.model_dump(mode="json") for piece in one.differences] or [{}]
            found += [facts | piece for piece in pieces]
        return found


COLUMNS = [name for name in (*AgentAdherence.model_fields, *DifferenceOut.model_fields) if name != "differences"]
"""Of the file, in order."""


class ExceptionIn(Body):
    """A time for which an agent is excused."""

    agent: Name
    begins_at: Instant
    ends_at: Instant
    why: Annotated[Why, Field(examples=["The trains did not run."])]

    @model_validator(mode="after")
    def forward(self) -> Self:
        """Raises ValueError for a time that ends before it begins, and for a long one."""
        if not 0 < (self.ends_at - self.begins_at).total_seconds() <= LONGEST_S:
            raise ValueError("ends_at must be after begins_at, by 24 hours at most")
        return self


class ExceptionOut(Answer):
    """A time for which an agent is excused, and by whom."""

    id: str
    agent: str
    begins_at: Moment
    ends_at: Moment
    why: str
    by: Annotated[str, Field(description="The name of the key.")]
    created_at: Moment


class ExceptionPage(Answer):
    """Exceptions, newest first."""

    items: list[ExceptionOut]
    next_cursor: str | None


class PlacedAgent(Answer):
    """Where an agent should be at this moment, and where the agent is."""

    title: str
    planned: Annotated[str | None, Field(description="The activity. Null: a shift comes later, or has ended.")]
    planned_title: str | None
    planned_until: Moment | None
    next: Annotated[str | None, Field(description="The activity that follows in the plan of the day.")]
    next_at: Moment | None
    presence: str
    reason: str
    since: Annotated[Moment, Field(description="Since when the presence is so; not before the day's first shift.")]
    off_since: Annotated[Moment | None, Field(description="Since when the plan is not kept; null while it is.")]
    late: Annotated[bool, Field(description="The plan is not kept, and that is more than the grace forgives.")]


class WhoIsWhere(Answer):
    """Who should be where at this moment: those who keep their plan least come first."""

    at: Moment
    grace_s: float
    agents: dict[str, PlacedAgent]
