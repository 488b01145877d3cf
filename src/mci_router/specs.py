"""The workspace as data: every resource an operator configures, as it stands in a workspace file and in REST bodies.

One specification a resource serves both doors, so `mci-router apply` and `/v1/...` accept and refuse the same things.
Resources refer to each other by name. A name is the resource's identity in its workspace and cannot be changed.
"""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from mci_router.storable import StorableModel
from mci_router.vocabulary import Cell, Channel, Outcome, Severity, Touch, Volume

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$"),
    Field(description="Lower-case letters, digits and underscores; the identity within the workspace.", examples=["fraud_desk"]),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Proficiency = Annotated[int, Field(ge=1, le=5, description="1 (beginner) to 5 (expert).")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639 code.", examples=["en"])]


TIER = "tier"
"""A queue's tier is asked of agents like a skill of this name."""


class Spec(StorableModel):
    """A resource's specification."""

    model_config = ConfigDict(frozen=True)


class SkillSpec(Spec):
    """Something an agent can do and a contact can need."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=500)] = ""

    @field_validator("name")
    @classmethod
    def not_tier(cls, value: str) -> str:
        if value == TIER:
            raise ValueError("is reserved: what an agent's tier is, the agent says")
        return value


class SkillRequirement(Spec):
    """A skill a contact needs, and the least proficiency that will do."""

    skill: Name
    min: Proficiency = 1


class AgentSkill(Spec):
    """A skill an agent has."""

    skill: Name
    proficiency: Proficiency = 3


class ServiceLevel(Spec):
    """The share of contacts (`goal`) to be answered within `target_s` seconds, counted in the queue's open hours if it has any."""

    goal: Annotated[float, Field(gt=0, lt=1, description="Share to be answered in time.", examples=[0.8])]
    target_s: Annotated[float, Field(gt=0, le=30 * 86_400, description="Seconds.", examples=[20])]


class OpenHours(Spec):
    """When a queue is open. Its service-level clock stands still outside these blocks."""

    timezone: Annotated[str, Field(description="IANA name.", examples=["Europe/Berlin"])]
    week: Annotated[
        dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list["HoursBlock"]],
        Field(description="Blocks of each day; a day not named is closed."),
    ]
    holidays: Annotated[list[date], Field(max_length=200, description="Days closed in spite of the week.")] = []

    @field_validator("timezone")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not an IANA time zone, such as Europe/Berlin")
        ZoneInfo(value)
        return value

    @model_validator(mode="after")
    def no_overlap(self) -> Self:
        for day, blocks in self.week.items():
            ordered = sorted(blocks, key=lambda block: block.open)
            if any(later.open < earlier.close for earlier, later in pairwise(ordered)):
                raise ValueError(f"has blocks on {day} that overlap: make them one")
        return self

    @model_validator(mode="after")
    def open_sometimes(self) -> Self:
        if not any(self.week.values()):
            raise ValueError("has no open block in the week: name at least one, or leave the hours out to be always open")
        return self


class HoursBlock(Spec):
    """One open block of a day, local time, `open` included and `close` not."""

    open: time
    close: time

    @model_validator(mode="after")
    def forward(self) -> Self:
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError("is in the time zone of its hours: write times without an offset")
        if self.close <= self.open:
            raise ValueError("closes before it opens: split a block that passes midnight into two days")
        return self


class QueueSpec(Spec):
    """A queue: whom it takes, the service level it holds, and what its contacts ask of an agent.

    Contacts that no topic or rung sends to a named queue go to the first queue (lowest `position`) that takes their channel,
    their cell and their customer.
    """

    name: Name
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    position: Annotated[int, Field(ge=0, le=10_000, description="Order in which queues are tried.")] = 100
    channels: Annotated[list[Channel], Field(description="Channels taken; empty: all.")] = []
    cells: Annotated[list[Cell], Field(description="Cells taken; empty: all.")] = []
    customer: Annotated[
        dict[str, str | bool | int],
        Field(max_length=10, description="Attributes the customer must have.", examples=[{"vip": True}]),
    ] = {}
    service_level: ServiceLevel
    hours: OpenHours | None = None
    tier: Annotated[int, Field(ge=1, le=5, description="Only agents of this tier or above serve it.")] = 1
    skills: Annotated[list[SkillRequirement], Field(max_length=20)] = []
    units: Annotated[int, Field(ge=1, le=100, description="Units of an agent's capacity that one contact takes.")] = 1
    offer_timeout_s: Annotated[float, Field(gt=0, le=3_600, description="Time an agent has to accept.")] = 20
    wrap_up_s: Annotated[float, Field(ge=0, le=7_200, description="Longest wrap-up after a contact; 0: none.")] = 0


class TopicSpec(Spec):
    """What contacts are about, with example utterances to learn it from."""

    name: Name
    title: Text
    touch: Touch = Touch.LOW
    sensitive: Annotated[bool, Field(description="Always private, always with a person.")] = False
    expected_volume: Annotated[Volume, Field(description="The volume until enough contacts were counted.")] = Volume.LOW
    skills: Annotated[list[SkillRequirement], Field(max_length=20)] = []
    queue: Annotated[Name | None, Field(description="The queue of this topic's contacts, whatever their channel.")] = None
    examples: Annotated[list[Example], Field(max_length=2_000)] = []

    @model_validator(mode="after")
    def sensitive_is_high_touch(self) -> Self:
        if self.sensitive and self.touch is not Touch.HIGH:
            raise ValueError("is sensitive, so its touch must be high")
        return self


class ArticleSpec(Spec):
    """An answer that automation can give."""

    name: Name
    topic: Name
    title: Text
    body: LongText
    language: Language = "en"


class Capacity(Spec):
    """How much an agent handles at once: units in all, and contacts of each channel."""

    units: Annotated[int, Field(ge=1, le=100)] = 6
    channels: Annotated[dict[Channel, Annotated[int, Field(ge=1, le=50)]], Field(min_length=1)]


class AgentSpec(Spec):
    """A person who serves contacts."""

    name: Name
    title: Text
    tier: Annotated[int, Field(ge=1, le=5, description="Serves queues up to this tier.")] = 1
    skills: Annotated[list[AgentSkill], Field(max_length=100)] = []
    capacity: Capacity


class Rung(Spec):
    """One step of a ladder: an outcome that may serve the contact, for a limited time."""

    outcome: Literal[Outcome.AUTOMATION, Outcome.COMMUNITY, Outcome.AGENT]
    limit_s: Annotated[float | None, Field(gt=0, le=30 * 86_400, description="Seconds until `at_limit`; none: no limit.")] = None
    at_limit: Annotated[Literal["next", "resolve"], Field(description="What silence means once the limit has passed.")] = "next"
    channels: Annotated[list[Channel], Field(description="Channels this rung serves; empty: all.")] = []
    queue: Annotated[Name | None, Field(description="For an agent: the queue, unless the topic names one.")] = None

    @model_validator(mode="after")
    def consistent(self) -> Self:
        if self.outcome is Outcome.AGENT and self.limit_s is not None:
            raise ValueError("an agent rung has no limit: a contact waits for a person until it is served")
        if self.outcome is not Outcome.AGENT and self.queue is not None:
            raise ValueError("only an agent rung names a queue")
        return self


class PolicySpec(Spec):
    """The ladder of one cell of the matrix."""

    name: Cell
    ladder: Annotated[list[Rung], Field(min_length=1, max_length=6)]

    @model_validator(mode="after")
    def ends_with_a_person(self) -> Self:
        if self.ladder[-1].outcome is not Outcome.AGENT:
            raise ValueError("the last rung must be an agent, so that no contact is left without help")
        if any(rung.outcome is Outcome.AGENT for rung in self.ladder[:-1]):
            raise ValueError("only the last rung can be an agent: a contact that reached a person stays with people")
        return self


class EscalationSpec(Spec):
    """One row of the escalation matrix: where a contact of this severity goes, and how soon somebody must respond."""

    name: Severity
    queue: Name
    response_target_s: Annotated[float, Field(gt=0, le=30 * 86_400)]
    description: Annotated[str, StringConstraints(max_length=500)] = ""


class WorkspaceSpec(Spec):
    """The workspace itself: its name and the thresholds of triage."""

    name: Name
    title: Text
    confidence_threshold: Annotated[float, Field(ge=0, le=1, description="Below it a topic is unknown, hence high touch.")] = 0.4
    high_volume_share: Annotated[
        float, Field(gt=0, lt=1, description="High-volume topics are the fewest that make up this share of contacts.")
    ] = 0.8
    volume_floor: Annotated[
        int, Field(ge=1, le=1_000_000, description="Contacts in the last hour below which topics keep their expected volume.")
    ] = 100


class WorkspaceFile(Spec):
    """A whole workspace, as `mci-router apply` reads it."""

    workspace: WorkspaceSpec
    skills: list[SkillSpec] = []
    queues: list[QueueSpec] = []
    topics: list[TopicSpec] = []
    articles: list[ArticleSpec] = []
    agents: list[AgentSpec] = []
    policies: list[PolicySpec] = []
    escalations: list[EscalationSpec] = []


KINDS: dict[str, tuple[str, type[Spec]]] = {
    "skill": ("skills", SkillSpec),
    "queue": ("queues", QueueSpec),
    "topic": ("topics", TopicSpec),
    "article": ("articles", ArticleSpec),
    "agent": ("agents", AgentSpec),
    "policy": ("policies", PolicySpec),
    "escalation": ("escalations", EscalationSpec),
}
"""Each kind of resource with its plural, which is its place in a workspace file and in the API's paths."""
