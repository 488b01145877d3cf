"""Incidents, monitors, and the alerts that monitors send."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.api.schemas.common import Answer, Body, Instant, Moment
from mci_router.clock import utc_now
from mci_router.incidents.monitors import TOLERANCE
from mci_router.specs.base import Language, Name, Text
from mci_router.vocabulary import IncidentSource, IncidentState, Severity

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
StatusText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
StatusTexts = Annotated[
    dict[Language, StatusText],
    Field(
        max_length=50,
        description="The text for customers, by language. A language without a text gets the English one, or else any.",
        examples=[{"en": "The internet is down in the north. We work on it."}],
    ),
]
Topics = Annotated[list[Name], Field(max_length=200, description="Topics whose contacts it answers.")]
Services = Annotated[
    list[Label],
    Field(
        max_length=50,
        description="Services that are affected: those of topics, and those that contacts' contexts name.",
    ),
]
Regions = Annotated[
    list[Label],
    Field(max_length=50, description="Regions that are affected; it then answers only contacts that name one."),
]
ExpectedFix = Annotated[Instant | None, Field(description="When the fix is expected. RFC 3339 with an offset.")]

StartsAt = Annotated[
    Instant | None,
    Field(description="For planned maintenance: when it begins. Before, it answers nobody. RFC 3339 with an offset."),
]
EndsAt = Annotated[
    Instant | None,
    Field(description="For planned maintenance: when it ends, and answers nobody any more. RFC 3339 with an offset."),
]


class Affected(Body):
    """The description of what is broken, and the text for customers."""

    severity: Severity = Severity.P2
    topics: Topics = []
    services: Services = []
    regions: Regions = []
    status: StatusTexts = {}
    expected_fix_at: ExpectedFix = None


class IncidentSpec(Affected):
    """An incident as people describe it."""

    title: Annotated[Text, Field(examples=["No internet in the north"])]
    starts_at: StartsAt = None
    ends_at: EndsAt = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_at and not self.starts_at:
            raise ValueError("ends_at is for planned maintenance: name starts_at, too")
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class IncidentIn(IncidentSpec):
    """An incident to make."""

    declare: Annotated[bool, Field(description="Open it at once; else it is proposed.")] = False


class Declaration(Body):
    """Changes of a proposed incident as it is declared; what is left out stays."""

    title: Text | None = None
    severity: Severity | None = None
    topics: Topics | None = None
    services: Services | None = None
    regions: Regions | None = None
    status: StatusTexts | None = None
    expected_fix_at: ExpectedFix = None


class IncidentPatch(Declaration):
    """A merge patch: what is left out stays, null brings the default back, and a language that is null is removed."""

    status: Annotated[dict[Language, StatusText | None] | None, Field(max_length=50)] = None  # type: ignore[assignment]
    starts_at: StartsAt = None
    ends_at: EndsAt = None


class UpdateIn(Body):
    """An update for every subscriber."""

    status: Annotated[StatusTexts, Field(min_length=1)]
    expected_fix_at: ExpectedFix = None
    from_contact: Annotated[
        str | None,
        Field(
            pattern=r"^con_[0-9a-f]{32}$",
            description="The contact whose answer it is: refused where it would reveal something of it.",
        ),
    ] = None


class FixIn(Body):
    """The text for every subscriber about the fix."""

    status: Annotated[
        StatusTexts, Field(description="Left out: subscribers learn that it is fixed, without a text of yours.")
    ] = {}


class Evidence(Answer):
    """The reason why an incident was proposed: what the contacts of a surge have in common."""

    words: Annotated[
        list[str], Field(description="Words commoner in them than in the topic's examples, most typical first.")
    ]
    services: Annotated[dict[str, int], Field(description="How many contacts name each.")]
    regions: Annotated[dict[str, int], Field(description="How many contacts name each.")]
    examples: Annotated[list[str], Field(description="Contacts to read.")]
    seen: Annotated[int, Field(description="Contacts since the surge began.")]
    expected: Annotated[float, Field(description="Contacts that there would have been without the surge.")]
    probability: Annotated[float, Field(description="How likely it is to have so many by chance.")]
    since: Annotated[str, Field(description="When it began. RFC 3339, UTC.")]
    held_back: Annotated[
        Literal["no_past", "covers_most"] | None,
        Field(
            description="Why it is only proposed where the workspace has its incidents declared: "
            "the surge rests on no past, or open incidents of surges would cover most topics."
        ),
    ] = None


class IncidentOut(Answer):
    """An incident."""

    id: str
    version: Annotated[int, Field(description="Rises with every change; the `ETag`.")]
    state: IncidentState
    source: IncidentSource
    title: str
    severity: Severity
    topics: list[str]
    services: list[str]
    regions: list[str]
    status: dict[str, str]
    expected_fix_at: Moment | None
    starts_at: Annotated[Moment | None, Field(description="For planned maintenance: when it begins.")]
    ends_at: Annotated[Moment | None, Field(description="For planned maintenance: when it ends.")]
    monitor_id: Annotated[str | None, Field(description="The monitor whose alert it is.")]
    external_id: Annotated[str | None, Field(description="The alert's own name.")]
    evidence: Evidence | None
    created_at: Moment
    updated_at: Moment
    declared_at: Moment | None
    fixed_at: Moment | None
    reopened_at: Annotated[Moment | None, Field(description="When it last was opened again after a fix.")]
    dismissed_at: Moment | None


class IncidentUpdateOut(Answer):
    """One update for subscribers.

    `due_at`: when it is sent; null: at once. `finished_at`: when all of them had it.
    """

    number: int
    kind: Literal["status", "fixed", "reopened"]
    status: dict[str, str]
    expected_fix_at: Moment | None
    created_at: Moment
    due_at: Moment | None
    finished_at: Moment | None


class IncidentWithCounts(IncidentOut):
    """An incident, its updates, and what it has spared."""

    subscribers: Annotated[int, Field(description="Contacts that it answered.")]
    informed: Annotated[int, Field(description="Of them, those that got an update or the fix.")]
    still_broken: Annotated[int, Field(description="Of them, those that came back after the fix.")]
    contacts_spared: Annotated[int, Field(description="Of them, those that never came to an agent.")]
    agent_minutes_saved: Annotated[
        float | None,
        Field(description="Their number times their topics' handle time of the last 30 days. Null: none was handled."),
    ]
    updates: Annotated[list[IncidentUpdateOut], Field(description="Newest first, 200 at most.")]


class IncidentPage(Answer):
    """Incidents, newest first. `next_cursor` continues the list; null at its end."""

    items: list[IncidentOut]
    next_cursor: str | None


class MonitorIn(Body):
    """A monitoring system to add."""

    name: Annotated[Text, Field(examples=["Network operations"])]


class MonitorOut(Answer):
    """A monitor, without its secret."""

    id: str
    name: str
    created_at: Moment


class MonitorMade(MonitorOut):
    """A new monitor. `secret` is shown only this once: it signs every alert."""

    secret: str


class MonitorPage(Answer):
    """All monitors of the workspace, oldest first."""

    items: list[MonitorOut]


class AlertIn(Affected):
    """An alert of a monitor about one thing that is broken. While it is firing, send all members each time."""

    alert: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        Field(
            description="The monitor's own name for it: its next alerts concern the same incident until that is fixed."
        ),
    ]
    state: Literal["firing", "fixed"]
    title: Annotated[
        Text | None, Field(description="Left out: the alert's name.", examples=["No internet in the north"])
    ] = None
    at: Annotated[
        Instant | None,
        Field(
            description="When the monitor saw it. Left out: the `webhook-timestamp`. "
            "An alert older than the last of its name is ignored."
        ),
    ] = None

    @field_validator("at")
    @classmethod
    def not_to_come(cls, value: datetime | None) -> datetime | None:
        if value is not None and value > utc_now() + TOLERANCE:
            raise ValueError("is more than five minutes from now: no later alert would be newer")
        return value


class AlertTaken(Answer):
    """The result of an alert. Without an incident: it says that something is fixed, or was, that has none."""

    incident_id: str | None
    state: IncidentState | None
    ignored: Annotated[bool, Field(description="The alert is older than the last of its name: nothing was done.")] = (
        False
    )
