"""The event of a week's digest: figures, and nothing that customers wrote."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.events import EventType
from mci_router.lazy_schemas import LazyModel
from mci_router.webhooks.payloads import Payload
from mci_router.webhooks.schedule_payloads import LocalDay


class ToldTrend(LazyModel):
    """Something that rose or fell, as `GET /v1/trends/digest` has it."""

    dimension: Annotated[str, Field(description="`topic`, `article`, `channel`, or `context.…`.")]
    value: Annotated[str | None, Field(description="Left out where it is more than one word.")] = None
    customers: int
    before: int
    now: int
    before_per_day: float
    now_per_day: float
    ratio: Annotated[float, Field(description="How many times as many customers a day.")]
    low: float
    high: float
    q: Annotated[float, Field(description="The share of false ones among all that are as certain.")]


class DigestPayload(Payload):
    """The digest of a week, from Monday, against the four weeks before it, without sensitive contacts."""

    week: Annotated[LocalDay, Field(description="Its Monday: `GET /v1/trends/digest?week=` has all of it.")]
    timezone: str
    before: Annotated[int, Field(description="Contacts of the four weeks before.")]
    now: Annotated[int, Field(description="Contacts of the week.")]
    ratio: Annotated[float, Field(description="How many times as many customers a day there were.")]
    low: float
    high: float
    rose: Annotated[list[ToldTrend] | None, Field(description="The ten most certain; left out where nothing rose.")] = (
        None
    )
    fell: list[ToldTrend] | None = None
    rose_in_all: int
    fell_in_all: int
    words_rose: Annotated[int, Field(description="How many words customers used more; which, the service says.")]
    words_fell: int


DIGESTS: Mapping[EventType, tuple[str, type[Payload]]] = {
    EventType.DIGEST_MADE: (
        "A week is over: which topics, articles, channels and values of contexts rose and fell in it, with their "
        "figures. It comes on Monday from 06:00 on, by the workspace's clock, to webhooks that name it or take `*`.",
        DigestPayload,
    ),
}
