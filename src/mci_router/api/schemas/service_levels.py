"""Interim service levels: how they were kept, and what to aim at afterwards."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.reports import Seconds
from mci_router.api.schemas.result_reports import ShareOf
from mci_router.insight.shares import ENOUGH


class LevelState(StrEnum):
    """Whether an interim service level holds today."""

    PLANNED = "planned"
    """Its first day is still to come."""
    IN_FORCE = "in_force"
    """It holds."""
    OVER = "over"
    """Its last day is past."""


class Verdict(StrEnum):
    """Whether a promise was kept."""

    KEPT = "kept"
    """At least the goal's share was answered in time."""
    MISSED = "missed"
    """Less was."""
    NOT_MEASURED = "not_measured"
    """Of so few nobody can say."""


class ClassKept(Answer):
    """How the promise to a class was kept: contacts that first came to a queue in the period.

    `contacts` = `in_time` + `late` + `left_late` + `waiting_late` + `pending` + `excused`.
    """

    class_name: str
    title: str
    within_s: Annotated[float, Field(description="Seconds of the class's hours.")]
    goal: float
    contacts: int
    in_time: Annotated[int, Field(description="Answered by an agent within it.")]
    late: Annotated[int, Field(description="Answered afterwards.")]
    left_late: Annotated[int, Field(description="Not answered: the customer left once it was over.")]
    waiting_late: Annotated[int, Field(description="Not answered yet, and it is over.")]
    pending: Annotated[int, Field(description="Not answered yet, and not due.")]
    excused: Annotated[
        int, Field(description="Left before it was due, or ended otherwise than by an agent. In no share.")
    ]
    share: Annotated[ShareOf, Field(description="`in_time`, of those for whom it is known.")]
    verdict: Annotated[
        Verdict, Field(description=f"Against the goal; `not_measured` of fewer than {ENOUGH}, whatever the share.")
    ]


class LevelKept(Answer):
    """An interim service level, and how the promise to each of its classes was kept."""

    level: str
    title: str
    state: LevelState
    begins_on: date
    ends_on: date
    queues: Annotated[list[str], Field(description="Empty: all.")]
    classes: list[ClassKept]


class InterimReport(Answer):
    """How interim service levels were kept in [since, until)."""

    since: Moment
    until: Moment
    levels: list[LevelKept]
    cut: Annotated[bool, Field(description="There were more contacts: only the newest are counted.")]


class TimeFor(Answer):
    """The seconds within which a share of contacts was answered, with the interval at 95 %."""

    share: float
    seconds: Annotated[Seconds, Field(description="Null: so many were never answered.")]
    low: Seconds
    high: Annotated[Seconds, Field(description="Null: nobody waited long enough to say.")]


class ProposedTarget(Answer):
    """What contacts of a queue, or of a class in it, had, beside what they were promised."""

    queue: str
    level: Annotated[str | None, Field(description="The interim service level; null: the queue's own.")]
    class_name: str | None
    n: Annotated[int, Field(description="Contacts, answered or not.")]
    answered: int
    measured: Annotated[bool, Field(description=f"There are at least {ENOUGH}.")]
    promised_s: Annotated[float | None, Field(description="Seconds; null: the queue is gone.")]
    promised_goal: float | None
    had: Annotated[list[TimeFor], Field(description="Of 80 and of 90 in 100.")]
    proposed_s: Annotated[
        float | None,
        Field(
            description="A target that the promised share, or 90 in 100, had with 95 % certainty, on the next round "
            "time. Null: not measured, or nobody can say."
        ),
    ]


class TargetProposal(Answer):
    """Targets proposed from what contacts had in [since, until). Nothing follows by itself: a person decides."""

    since: Moment
    until: Moment
    targets: list[ProposedTarget]
    cut: Annotated[bool, Field(description="There were more contacts: only the newest are counted.")]
