"""Topics, agents, ladders and the escalation matrix."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import TIER, AgentSkill, Day, Example, Name, Reference, SkillRequirement, Spec, Text, refers
from mci_router.specs.people import Duty, Person, check_people
from mci_router.specs.working import AgentWork
from mci_router.values import value
from mci_router.vocabulary import Cell, Channel, Outcome, SensitiveKind, Severity, TopicValue, Touch, Volume


class TopicSpec(Spec):
    """What contacts are about, with example utterances to learn it from."""

    name: Name
    title: Text
    touch: Touch = Touch.LOW
    sensitive: Annotated[bool, Field(description="Always private, always with a person.")] = False
    sensitive_kind: Annotated[
        SensitiveKind | None,
        Field(
            description="The kind of sensitive matter whose specialists this topic has: "
            "contacts of that kind go to them."
        ),
    ] = None
    expected_volume: Annotated[Volume, Field(description="The volume until enough contacts were counted.")] = Volume.LOW
    skills: Annotated[list[SkillRequirement], Field(max_length=20)] = []
    queue: Annotated[Name | None, Field(description="The queue of this topic's contacts, whatever their channel.")] = (
        None
    )
    services: Annotated[
        list[Name],
        Field(
            max_length=50, description="Services whose incidents its contacts may be about.", examples=[["internet"]]
        ),
    ] = []
    value: Annotated[
        TopicValue | None,
        Field(description="`retention`: its agents say what they offered, and whether the customer stays."),
    ] = None
    examples: Annotated[list[Example], Field(max_length=2_000)] = []

    @model_validator(mode="after")
    def sensitive_is_high_touch(self) -> Self:
        if self.sensitive and self.touch is not Touch.HIGH:
            raise ValueError("is sensitive, so its touch must be high")
        if self.sensitive_kind and not self.sensitive:
            raise ValueError("has a kind of sensitive matter, so it must be sensitive")
        return self

    def references(self) -> Iterator[Reference]:
        for number, need in enumerate(self.skills):
            yield from refers("skill", need.skill, "skills", number, "skill")
        yield from refers("queue", self.queue, "queue")


@value
class SensitiveTopics:
    """The sensitive topics of a workspace; `without_kind` are those of which the model of sensitivity knows nothing."""

    all: frozenset[str] = frozenset()
    without_kind: frozenset[str] = frozenset()

    @classmethod
    def of(cls, topics: Iterable[TopicSpec]) -> "SensitiveTopics":
        """Returns those among some topics."""
        sensitive = [topic for topic in topics if topic.sensitive]
        without_kind = frozenset(topic.name for topic in sensitive if not topic.sensitive_kind)
        return cls(frozenset(topic.name for topic in sensitive), without_kind)


class Capacity(Spec):
    """How much an agent handles at once: units in all, and contacts of each channel and of some queues."""

    units: Annotated[int, Field(ge=1, le=100)] = 6
    channels: Annotated[dict[Channel, Annotated[int, Field(ge=1, le=50)]], Field(min_length=1)]
    queues: Annotated[
        dict[Name, Annotated[int, Field(ge=1, le=50)]],
        Field(max_length=100, description="Contacts of a queue at once, where its `most_per_agent` is too many."),
    ] = {}

    @property
    def of_channels(self) -> Mapping[Channel, int]:
        """The contacts of each channel at once: of `web` as many as of `email`, and of `task` as many, or one, unless
        it is named.
        """
        mail = self.channels.get(Channel.EMAIL)
        return {Channel.TASK: mail or 1, **({Channel.WEB: mail} if mail else {}), **self.channels}


class AgentSpec(Spec):
    """A person who serves contacts."""

    name: Name
    title: Text
    tier: Annotated[int, Field(ge=1, le=5, description="Serves queues up to this tier.")] = 1
    skills: Annotated[list[AgentSkill], Field(max_length=100)] = []
    capacity: Capacity
    team: Annotated[Name | None, Field(description="With whom the agent is compared.", examples=["billing"])] = None
    since: Annotated[
        Day | None, Field(description="The day on which the agent began, for tenure and for gates of certificates.")
    ] = None
    may_read_along: Annotated[
        bool, Field(description="May read other agents' conversations along, as a supervisor or a trainee.")
    ] = False
    may_inform: Annotated[
        bool, Field(description="May tell the subscribers of an open incident what one customer was answered.")
    ] = False
    endpoint: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\s<>]+$"),
        Field(
            description="Where the agent's calls are put through: a telephone number or a SIP address.",
            examples=["sip:ann@example.com"],
        ),
    ] = None
    work: Annotated[
        AgentWork | None, Field(description="How schedules plan them in. Null: by the workspace's rules, at any time.")
    ] = None

    @property
    def abilities(self) -> dict[str, int]:
        """What the agent brings: proficiency by skill, the highest where one is named twice, and the tier."""
        rising = sorted(self.skills, key=lambda skill: skill.proficiency)
        return {TIER: self.tier, **{skill.skill: skill.proficiency for skill in rising}}

    def references(self) -> Iterator[Reference]:
        for number, has in enumerate(self.skills):
            yield from refers("skill", has.skill, "skills", number, "skill")
        for queue in self.capacity.queues:
            yield from refers("queue", queue, "capacity", "queues", queue)
        yield from self.work.references() if self.work else ()


Message = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class Rung(Spec):
    """One step of a ladder: an outcome that may serve the contact, for a limited time."""

    outcome: Literal[Outcome.AUTOMATION, Outcome.COMMUNITY, Outcome.MESSAGE_ONLY, Outcome.AGENT]
    limit_s: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="Seconds until `at_limit`; none: no limit.")
    ] = None
    at_limit: Annotated[
        Literal["next", "resolve"], Field(description="What silence means once the limit has passed.")
    ] = "next"
    channels: Annotated[list[Channel], Field(max_length=100, description="Channels this rung serves; empty: all.")] = []
    queue: Annotated[Name | None, Field(description="For an agent: the queue, unless the topic names one.")] = None
    message: Annotated[
        Message | None, Field(description="For `message_only`: the customer's answer. The contact ends with it.")
    ] = None

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Raises ValueError where a field belongs to another outcome."""
        if (self.message is not None) is not (self.outcome is Outcome.MESSAGE_ONLY):
            raise ValueError("a message_only rung needs a message, and no other rung has one")
        if self.outcome is Outcome.MESSAGE_ONLY and self.limit_s is not None:
            raise ValueError("a message_only rung has no limit: the contact ends with the message")
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

    def references(self) -> Iterator[Reference]:
        for number, rung in enumerate(self.ladder):
            yield from refers("queue", rung.queue, "ladder", number, "queue")


RESPONSE_TARGETS_S = {Severity.P1: 4 * 3_600, Severity.P2: 24 * 3_600, Severity.P3: 72 * 3_600}


class EscalationSpec(Spec):
    """One row of the escalation matrix: where a contact of this severity goes, and how soon somebody must respond."""

    name: Severity
    queue: Name
    response_target_s: Annotated[
        float | None,
        Field(gt=0, le=30 * 86_400, description="Seconds; left out: 4 hours for P1, 24 for P2, 72 for P3."),
    ] = None
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    contacts: Annotated[
        list[Person], Field(max_length=50, description="Who is paged where nobody works when a contact comes.")
    ] = []
    rota: Annotated[
        list[Duty],
        Field(max_length=1_000, description="Who is on duty when. In its gaps the first contact is, who is no backup."),
    ] = []
    acknowledge_s: Annotated[
        float,
        Field(ge=10, le=86_400, description="Seconds in which a person has to confirm; then the backup is paged."),
    ] = 300

    @model_validator(mode="after")
    def people_fit(self) -> Self:
        check_people(self.contacts, self.rota)
        return self

    @property
    def target_s(self) -> float:
        """The response target in force."""
        return self.response_target_s or RESPONSE_TARGETS_S[self.name]

    def references(self) -> Iterator[Reference]:
        yield from refers("queue", self.queue, "queue")
