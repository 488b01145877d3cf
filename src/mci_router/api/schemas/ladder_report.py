"""Schemas of the report that compares the rungs of the ladders."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.result_reports import ShareOf
from mci_router.vocabulary import Outcome


class RungRow(Answer):
    """What one outcome did for the contacts of a topic."""

    topic: str
    outcome: Outcome
    served: Annotated[int, Field(description="Contacts that it served, also those that went on.")]
    settled: Annotated[
        ShareOf,
        Field(
            description="Of those whose result is known: confirmed or silent (automation, community), or first "
            "contacts that no other followed within 7 days (agents)."
        ),
    ]
    time_s: Annotated[float | None, Field(description="The mean from acceptance to the end of those it ended.")]
    cost: Annotated[
        float | None,
        Field(
            description="Handle time at the queues' `cost_per_hour`, calls at the workflows' `cost_per_call`; null: a "
            "price is missing."
        ),
    ]
    cost_per_settled: Annotated[float | None, Field(description="What failed included.")]


class SuggestionOut(Answer):
    """A later rung that is cheaper, and settles more beyond chance: nothing changes by itself."""

    topic: str
    earlier: Outcome
    later: Outcome
    why: str


class LadderReport(Answer):
    """The rungs of the ladders, compared by topic, over whole days of the workspace's time zone."""

    since: Moment
    until: Moment
    timezone: str
    currency: str | None
    rows: list[RungRow]
    suggestions: list[SuggestionOut]
