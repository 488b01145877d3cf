"""The reports by intervals."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.reports import Seconds, Share
from mci_router.insight.intervals import ReportInterval
from mci_router.insight.levels import QUANTILES, ServiceLevelKind
from mci_router.vocabulary import Cell, Channel, Outcome, Presence

OF_GROUP = "Null if the report is not grouped by it, or there was none."
Quantiles = Annotated[
    dict[str, Seconds], Field(description="What 50, 90 and 99 of 100 did not exceed: `p50`, `p90`, `p99`; within 5 %.")
]


class Row(Answer):
    """What a row of any report by intervals has."""

    MEMBERS: ClassVar[Mapping[str, Sequence[str]]] = {}
    """The names in those of its fields that have several figures: a file has a column for each."""

    starts_at: Moment
    ends_at: Moment


class ReportRow(Row):
    """What a row has whose figures may change after its interval."""

    provisional: Annotated[
        bool,
        Field(description="The interval is not over, or a stay that began in it has not ended: figures may change."),
    ]
    revision: Annotated[int, Field(description="How often figures changed after they were no longer provisional.")]


class QueuesRow(ReportRow):
    """The stays of an interval and a group.

    `offered` up to `offers`, the service levels and the abandonment are of the stays that began in the interval;
    `answered` up to `mean_excess_s` of those answered in it; `handled` and what follows of those that ended in it.
    """

    MEMBERS = {
        "service_levels": [*ServiceLevelKind],
        "wait_s": [*QUANTILES],
        "handle_time_s": [*QUANTILES],
    }

    queue: Annotated[str | None, Field(description=OF_GROUP)] = None
    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    cell: Annotated[Cell | None, Field(description=OF_GROUP)] = None
    language: Annotated[str | None, Field(description=OF_GROUP)] = None
    agent: Annotated[str | None, Field(description=f"Who answered. {OF_GROUP}")] = None
    offered: int
    offered_answered: Annotated[int, Field(description="Of the offered, how many were answered until now.")]
    in_time: Annotated[int, Field(description="Of those, how many by their due time.")]
    within_180_s: Annotated[int, Field(description="Of those, how many waited 180 s at most.")]
    abandoned_short: int
    abandoned_in_time: int
    abandoned_late: int
    overflowed: int
    transferred: int
    escalated: int
    agent_lost: int
    callback: int
    resolved: int
    cancelled: int
    escalated_answered: Annotated[
        int, Field(description="Of `offered_answered`, how many their agent escalated; `escalated` are the others.")
    ]
    waiting: int
    open: Annotated[int, Field(description="Of the offered, how many have not left the queue and its agent.")]
    offers: Annotated[int, Field(description="Offers made to agents.")]
    service_levels: Annotated[dict[ServiceLevelKind, Share], Field(description="By formula.")]
    abandonment: Share
    answered: int
    asa_s: Seconds
    wait_s: Quantiles
    mean_excess_s: Seconds
    handled: int
    aht_s: Seconds
    handle_time_s: Quantiles
    talk_s: float
    held_s: float
    wrap_up_s: float
    parked_s: Annotated[float, Field(description="While the agent was called away to a more urgent contact.")]


class ArrivalsRow(ReportRow):
    """The contacts accepted in an interval, by what they were when they arrived."""

    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    language: Annotated[str | None, Field(description=OF_GROUP)] = None
    cell: Annotated[Cell | None, Field(description=OF_GROUP)] = None
    outcome: Annotated[Outcome | None, Field(description=f"The outcome first chosen. {OF_GROUP}")] = None
    contacts: int


class AgentsRow(ReportRow):
    """What an agent wanted and did in an interval; states and contacts are cut at its bounds."""

    MEMBERS = {"presence_s": [one for one in Presence if one is not Presence.OFFLINE]}

    agent: str
    presence_s: Annotated[dict[str, float], Field(description="Seconds signed in, by presence.")]
    signed_in_s: float
    serving_s: Annotated[float, Field(description="Seconds with at least one contact in hand, wrap-up included.")]
    occupancy: Share
    answered: int
    handled: int
    aht_s: Seconds
    talk_s: float
    held_s: float
    wrap_up_s: float


class IntervalReport(Answer):
    """What the reports by intervals have beside their rows. Intervals and groups without anything have no row."""

    since: Annotated[Moment, Field(description="Where the first interval begins: at or before `since` of the request.")]
    until: Annotated[Moment, Field(description="Where the last interval ends.")]
    interval: ReportInterval
    timezone: str
    group_by: list[str]
    next_cursor: str | None = None


class QueuesReport(IntervalReport):
    """Stays in queues by intervals."""

    rows: list[QueuesRow]


class ArrivalsReport(IntervalReport):
    """Accepted contacts by intervals."""

    rows: list[ArrivalsRow]


class AgentsReport(IntervalReport):
    """Agents' time and work by intervals."""

    rows: list[AgentsRow]
