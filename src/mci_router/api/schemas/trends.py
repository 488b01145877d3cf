"""Trends: what rose and fell between two periods."""

from datetime import date
from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.insight.trends.counting import FEWEST_CONTACTS, FEWEST_CUSTOMERS
from mci_router.insight.trends.significance import FALSE


class SizeOut(Answer):
    """How many times as many customers a day there were as before, with the interval at 95 % by how days differ."""

    ratio: float
    low: float
    high: float


class TrendOut(Answer):
    """Something that rose or fell."""

    dimension: Annotated[
        str,
        Field(
            description="`topic`, `article` (that answered), `channel`, `context.…` with the name of a member of "
            "contacts' context, or `word`.",
            examples=["context.region"],
        ),
    ]
    value: str
    customers: Annotated[int, Field(description="Different ones, in both periods.")]
    before: Annotated[int, Field(description="Contacts of the earlier days that have it.")]
    now: Annotated[int, Field(description="Contacts of the later days.")]
    before_per_day: float
    now_per_day: float
    size: SizeOut
    p: Annotated[float, Field(description="How often shuffled days differ as much, up or down.")]
    q: Annotated[
        float,
        Field(description="The share of false ones that is expected among all that are as certain: at most 0.05."),
    ]
    log_odds: Annotated[
        float | None, Field(description="Of a word: by how much its log-odds rose; null for anything else.")
    ] = None
    z: Annotated[float | None, Field(description="That, in standard deviations.")] = None
    contacts: Annotated[list[str], Field(description="The newest ids behind it, 10 at most.")]
    href: Annotated[str | None, Field(description="Where `GET /v1/contacts` lists them all; null: it cannot.")] = None


class EverythingOut(Answer):
    """All contacts of both periods: what rises like this rises with everything."""

    before: int
    now: int
    size: SizeOut


class TrendsReport(Answer):
    """What rose and what fell from [against, since) to [since, until), in days of the workspace's zone."""

    against: Moment
    since: Moment
    until: Moment
    timezone: str
    days_before: int
    days_now: int
    everything: EverythingOut
    rose: Annotated[list[TrendOut], Field(description="The most certain first.")]
    fell: Annotated[list[TrendOut], Field(description="The most certain first.")]
    words_rose: Annotated[list[TrendOut], Field(description="Words that more contacts have, the most certain first.")]
    words_fell: list[TrendOut]
    tested: Annotated[
        int,
        Field(
            description=f"Values that were compared: those of at least {FEWEST_CONTACTS} contacts of at least "
            f"{FEWEST_CUSTOMERS} customers. Of those reported, at most {FALSE:.0%} are expected to be there by chance."
        ),
    ]
    words_tested: Annotated[int, Field(description="Words, likewise, a family of their own.")]


class TrendsDigest(TrendsReport):
    """The trends of a week against the four before it, without sensitive contacts."""

    week: Annotated[date, Field(description="The Monday on which it began.")]
