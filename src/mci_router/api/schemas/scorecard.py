"""The scorecard: figures beside the targets of the workspace."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.interval_reports import Row
from mci_router.insight.backlog import AGES
from mci_router.insight.scorecard_measures import Measure, ScorecardGroup, Unit

Figure = Annotated[float | None, Field(description="In the measure's unit; null: not measured yet.")]


class ScorecardRow(Row):
    """A measure of the period: the figure, what it is held against, and what has changed since the period before."""

    group: Annotated[
        str | None,
        Field(description="The value of what it is grouped by; null where there was none, and of all together."),
    ]
    measure: Measure
    figure: Figure
    low: Annotated[Figure, Field(description="The figure is not below it, 95 times out of 100.")]
    high: Annotated[Figure, Field(description="Nor above this.")]
    n: Annotated[int, Field(description="What the figure is of: how many of `n` of the measure.")]
    needed: Annotated[int, Field(description="From how many on the figure counts as measured.")]
    measured: Annotated[bool, Field(description="There are enough; else it is not measured yet.")]
    pending: Annotated[
        int | None, Field(description="How many nobody knows the result of yet; null where all of it is known.")
    ]
    target_least: Annotated[float | None, Field(description="The target: at least this.")]
    target_most: Annotated[float | None, Field(description="At most this.")]
    target_below: Annotated[float | None, Field(description="Below this.")]
    met: Annotated[bool | None, Field(description="Null without a target, and while it is not measured.")]
    certain: Annotated[
        bool | None,
        Field(description="Chance does not decide that: the whole interval is on that side of the target."),
    ]
    missed: Annotated[
        str | None,
        Field(
            description="Of the service level of all queues together: those that do not meet their own goal, with "
            "commas between them; empty if each that is measured does. Null of other measures."
        ),
    ]
    before: Annotated[Figure, Field(description="The figure of the period before.")]
    change: Annotated[Figure, Field(description="The figure less that.")]
    change_low: Annotated[Figure, Field(description="The change is not below it, 95 times out of 100.")]
    change_high: Annotated[Figure, Field(description="Nor above this.")]
    beyond_chance: Annotated[
        bool | None, Field(description="The interval of the change leaves no change out. Null without a change.")
    ]


class MeasureOut(Answer):
    """What a measure is."""

    name: Measure
    title: str
    unit: Unit
    counts: Annotated[str, Field(description="What is counted.")]
    basis: Annotated[str, Field(description="On which basis.")]
    n: Annotated[str, Field(description="What `n` is a number of.")]
    report: Annotated[str, Field(description="The report of `/v1/reports` in which the figure stands by intervals.")]
    groups: Annotated[list[ScorecardGroup], Field(description="What the facts tell it apart by.")]


class ScorecardNote(Answer):
    """What two measures together say."""

    group: str | None
    measures: list[Measure]
    text: str


class AgedBacklog(Answer):
    """Who waits now of a group."""

    group: str | None
    waiting: int
    late: Annotated[int, Field(description="Of those, past their due time.")]
    by_age: Annotated[
        Mapping[str, int],
        Field(description=f"By the time since they were accepted: {', '.join(AGES)}."),
    ]


class EmailBacklog(Answer):
    """Mails that wait for an agent at this moment, whatever period is asked for."""

    at: Moment
    rows: list[AgedBacklog]


class ScorecardReport(Answer):
    """The scorecard of a period."""

    period: str
    since: Annotated[Moment, Field(description="Where the period begins.")]
    until: Annotated[Moment, Field(description="Where it ends; of one that goes on, the end of today.")]
    goes_on: Annotated[bool, Field(description="It is not over: all figures may change.")]
    before_since: Annotated[Moment, Field(description="Where the period begins that it is compared with.")]
    before_until: Moment
    timezone: str
    group_by: ScorecardGroup | None
    rows: list[ScorecardRow]
    notes: list[ScorecardNote]
    email_backlog: EmailBacklog
    measures: list[MeasureOut]
