"""The reports of results: what automation and the community have settled, and what was settled at first contact."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.api.schemas.interval_reports import OF_GROUP, IntervalReport, ReportRow
from mci_router.api.schemas.reports import Share
from mci_router.insight.shares import ENOUGH
from mci_router.vocabulary import Cell, Channel, Outcome, ServedBy


class ShareOf(Answer):
    """A share with what it is of, and its 95 % interval (Wilson 1927)."""

    share: Share
    low: Share
    high: Share
    n: Annotated[int, Field(description="What the share is of.")]
    measured: Annotated[bool, Field(description=f"There are at least {ENOUGH}; else it is not measured yet.")]


OF_SHARE = ("share", "low", "high", "n", "measured")


class ResultRow(ReportRow):
    """What a row of results has beside its counts."""

    provisional: Annotated[
        bool, Field(description="Some of what it counts may still become something else: figures may change.")
    ]


class ResolutionsRow(ResultRow):
    """What automation and the community served, of the contacts that ended in an interval."""

    MEMBERS: ClassVar[Mapping[str, Sequence[str]]] = {"contained": OF_SHARE, "resolved": OF_SHARE}

    outcome: Annotated[Outcome | None, Field(description=OF_GROUP)] = None
    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    cell: Annotated[Cell | None, Field(description=OF_GROUP)] = None
    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    served_by: Annotated[ServedBy | None, Field(description=OF_GROUP)] = None
    ref: Annotated[str | None, Field(description=f"The name or id of what served. {OF_GROUP}")] = None
    version: Annotated[str | None, Field(description=f"The article's. {OF_GROUP}")] = None
    served: Annotated[int, Field(description="All that it served, also what went on to another rung.")]
    confirmed: Annotated[int, Field(description="The customer said that it is settled, and has not come back.")]
    silent: Annotated[int, Field(description="The customer has not come back within `silent_after_s`.")]
    pending: Annotated[int, Field(description="It ended there, and the time is not over.")]
    returned: Annotated[int, Field(description="It ended there, and the customer came back in time.")]
    returned_confirmed: Annotated[int, Field(description="Of those, how many the customer had called settled.")]
    moved_on: Annotated[int, Field(description="It did not help: the contact went on to another rung.")]
    gave_up: Annotated[int, Field(description="The customer left, or an operator cancelled it.")]
    unrecognised: Annotated[int, Field(description="It ended there; nobody would know the customer again.")]
    contained: Annotated[
        ShareOf, Field(description="What ended there, of all that was served: what many call deflected.")
    ]
    resolved: Annotated[
        ShareOf,
        Field(description="Confirmed and silent, of those, `returned` and `moved_on`; of what is no longer pending."),
    ]


class ResolutionsReport(IntervalReport):
    """What automation and the community have settled, by intervals."""

    rows: list[ResolutionsRow]
    silent_after_s: float


class FcrRow(ResultRow):
    """First-contact resolution of the contacts accepted in an interval that have ended."""

    MEMBERS: ClassVar[Mapping[str, Sequence[str]]] = {"fcr": OF_SHARE}

    queue: Annotated[str | None, Field(description=f"In which it ended. {OF_GROUP}")] = None
    agent: Annotated[str | None, Field(description=f"Who ended it. {OF_GROUP}")] = None
    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    outcome: Annotated[Outcome | None, Field(description=OF_GROUP)] = None
    contacts: Annotated[int, Field(description="All, by what they are: the sum of the next four, and of those apart.")]
    resolved: Annotated[int, Field(description="First contacts, at least 7 days old, without another since.")]
    repeated: Annotated[int, Field(description="First contacts, at least 7 days old, with another within 7 days.")]
    grey: Annotated[int, Field(description="First contacts that are younger: nobody knows yet.")]
    repeats: Annotated[int, Field(description="Contacts within 7 days of another that was served.")]
    abandoned: Annotated[int, Field(description="Apart: the customer left unserved.")]
    cancelled: Annotated[int, Field(description="Apart: an operator ended it.")]
    incidents: Annotated[int, Field(description="Apart: an incident's status answered it.")]
    machines: Annotated[int, Field(description="Apart: a machine sent it.")]
    opt_outs: Annotated[int, Field(description="Apart: it only opts out, or in.")]
    unmatched: Annotated[int, Field(description="Apart: it has no topic, or came without an address.")]
    fcr: Annotated[ShareOf, Field(description="`resolved` of `resolved` and `repeated`.")]


class FcrReport(IntervalReport):
    """First-contact resolution by intervals."""

    rows: list[FcrRow]


class ReadsRow(ResultRow):
    """Articles that were read without a contact, of an interval."""

    MEMBERS: ClassVar[Mapping[str, Sequence[str]]] = {"helped_share": OF_SHARE}

    article: Annotated[str | None, Field(description=OF_GROUP)] = None
    version: Annotated[str | None, Field(description=OF_GROUP)] = None
    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    by: Annotated[str | None, Field(description=f"Where it was read. {OF_GROUP}")] = None
    reads: Annotated[int, Field(description="Readers, each once a day and version.")]
    helped: Annotated[int, Field(description="The reader said so, and has not written since.")]
    not_helped: Annotated[int, Field(description="The reader said so.")]
    followed: Annotated[int, Field(description="The reader wrote in time.")]
    silent: Annotated[int, Field(description="Neither, and the time is over: it is counted for nothing.")]
    pending: Annotated[int, Field(description="Neither, and the time is not over.")]
    helped_share: Annotated[
        ShareOf, Field(description="`helped` of `helped`, `not_helped` and `followed`; of what is no longer pending.")
    ]


class ReadsReport(IntervalReport):
    """Articles that were read without a contact, by intervals."""

    rows: list[ReadsRow]
