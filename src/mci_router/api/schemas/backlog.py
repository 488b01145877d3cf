"""Schemas of the backlog, now and by intervals, and of evenness."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.api.schemas.interval_reports import OF_GROUP, IntervalReport, ReportRow


class LiveBacklog(Answer):
    """Who waits in a queue now."""

    waiting: int
    late: Annotated[int, Field(description="Of those, past their due time.")]
    carried_over: Annotated[
        int, Field(description="Of those, accepted before the queue opened today; before midnight if it has no hours.")
    ]
    by_age: Annotated[
        dict[str, int],
        Field(
            description="By the time since they were accepted.",
            examples=[{"under_1_h": 4, "under_4_h": 2, "under_1_day": 1, "under_3_days": 0, "older": 0}],
        ),
    ]
    answered_last_hour: Annotated[int, Field(description="Up to a quarter of an hour more.")]
    clear_s: Annotated[
        float | None,
        Field(
            description="Seconds of open time until all who wait are answered, at the rate of the last hour; null "
            "while nobody works on it."
        ),
    ]


class BacklogRow(ReportRow):
    """Who waited in a queue at the end of an interval; now, in the one that goes on."""

    queue: Annotated[str | None, Field(description=OF_GROUP)] = None
    carried_over: Annotated[int, Field(description="Waited when it began.")]
    waiting: Annotated[int, Field(description="Waited when it ended.")]
    over_1_day: Annotated[int, Field(description="Of those, in the queue for more than a day.")]


class BacklogReport(IntervalReport):
    """The backlog by intervals."""

    rows: list[BacklogRow]


class EvennessRow(ReportRow):
    """How evenly what was handled of a queue in an interval is spread over agents."""

    queue: str
    agents: Annotated[int, Field(description="Who handled some of it, and who could have and handled something else.")]
    handled: int
    least: Annotated[int, Field(description="Handled by the agent with the fewest.")]
    most: Annotated[int, Field(description="Handled by the agent with the most.")]
    mean: float | None
    gini: Annotated[float | None, Field(description="0: all have handled the same; near 1: one has handled all.")]
    most_to_mean: Annotated[float | None, Field(description="1: all have handled the same.")]


class EvennessReport(IntervalReport):
    """Evenness by intervals and queues."""

    rows: list[EvennessRow]
