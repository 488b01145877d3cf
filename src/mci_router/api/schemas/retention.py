"""Schemas of retention: what an agent says of a customer who may leave, and the report of it."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.reports import Share

MOST_OFFERS = 20


class RetentionGiven(Body):
    """What became of a customer who may leave."""

    offers_made: Annotated[int, Field(ge=0, le=MOST_OFFERS)] = 0
    offers_kept: Annotated[int, Field(ge=0, le=MOST_OFFERS, description="Those that the customer took.")] = 0
    saved: Annotated[bool, Field(description="The customer stays.")]
    amount: Annotated[
        Decimal | None,
        Field(
            ge=0,
            max_digits=14,
            decimal_places=2,
            description="What staying is worth, in the workspace's currency.",
            examples=["120.00"],
        ),
    ] = None

    @model_validator(mode="after")
    def keeps_what_was_offered(self) -> Self:
        """Raises ValueError for more offers kept than made, and for an amount of a customer who leaves."""
        if self.offers_kept > self.offers_made:
            raise ValueError("has more offers_kept than offers_made")
        if self.amount is not None and not self.saved:
            raise ValueError("has an amount, but the customer leaves: leave the amount out")
        return self


class RetentionRow(Answer):
    """The results of a group of contacts: of an agent, a queue or a topic."""

    agent: str | None = None
    queue: str | None = None
    topic: str | None = None
    handled: Annotated[int, Field(description="Contacts of topics with `value: retention` that were handled.")]
    reported: Annotated[int, Field(description="Those of which the agent said what became of them.")]
    offers_made: int
    offers_kept: int
    kept_share: Share
    saved: int
    save_rate: Annotated[float | None, Field(description="Saved ÷ reported, in [0, 1].")]
    save_rate_from: Annotated[float | None, Field(description="The lower end of its 95 % interval (Wilson).")]
    save_rate_to: Annotated[float | None, Field(description="The upper end.")]
    amount: Annotated[Decimal, Field(description="Of all saved, in the workspace's currency.")]


class RetentionReport(Answer):
    """Retention in [since, until), by when the agents said so."""

    since: Moment
    until: Moment
    currency: str | None
    group_by: list[str]
    rows: list[RetentionRow]
