"""The report of wishes for a person."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.interval_reports import OF_GROUP, IntervalReport, Quantiles, Row
from mci_router.api.schemas.reports import Seconds
from mci_router.insight.levels import QUANTILES
from mci_router.vocabulary import Channel


class PersonAsksRow(Row):
    """Customers who asked for a person in an interval, and what became of that."""

    MEMBERS = {"person_reached_s": [*QUANTILES]}

    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    language: Annotated[str | None, Field(description=OF_GROUP)] = None
    asked: int
    reached: Annotated[int, Field(description="A person has answered.")]
    unreached: Annotated[int, Field(description="The contact ended without a person.")]
    waiting: Annotated[int, Field(description="The others, who wait still.")]
    person_reached_s: Annotated[Quantiles, Field(description="From the wish until a person answered.")]
    mean_s: Seconds


class PersonAsksReport(IntervalReport):
    """Wishes for a person by intervals."""

    rows: list[PersonAsksRow]
