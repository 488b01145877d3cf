"""Schemas of transfers and escalations, and of the handoff to the next agent."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Instant
from mci_router.specs.base import Name, SkillRequirement
from mci_router.vocabulary import Modality, Severity, SummaryState


def readable(value: str) -> bool:
    """Returns whether a text has a readable character."""
    return any(character.isprintable() and not character.isspace() for character in value)


def says_something(value: str) -> str:
    """Returns the text. Raises ValueError if it has no readable character."""
    if not readable(value):
        raise ValueError("has no readable character")
    return value


HandoffText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), AfterValidator(says_something)
]
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(says_something)
]


class Handoff(Body):
    """The facts that the next agent has to know. Card numbers are masked."""

    expectation: Annotated[
        HandoffText, Field(description="What the customer expects.", examples=["a refund by Friday"])
    ]
    tried: Annotated[HandoffText, Field(description="What was tried.", examples=["reset the router twice"])]
    next_steps: Annotated[HandoffText, Field(description="What is to be done next.", examples=["send a technician"])]


MOST_OF_SUMMARY = 4_000  # characters
Goes = Literal[Modality.ONE_TO_ONE, Modality.MANY_TO_MANY]


class SummaryIn(Body):
    """What is shown in public of a private conversation. It is refused with each place at which it reveals something:
    names, numbers, addresses, and quotes of what was said in private.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_OF_SUMMARY), AfterValidator(says_something)]
    accept: Annotated[bool, Field(description="It is the accepted answer of its thread on the board.")] = False


class SummaryAsked(Answer):
    """A summary about which the customer was asked, and what they say. Nothing of it is shown without a yes."""

    id: str
    contact_id: str
    text: Annotated[str, Field(description="Exactly as the customer was asked about it.")]
    accept: bool
    state: SummaryState
    asked_at: Annotated[Instant | None, Field(description="Null: the customer was not written to yet.")]
    expires_at: Instant
    answered_at: Instant | None


class SummaryDraft(Answer):
    """A first draft of a summary, of what is public already, for somebody to write on."""

    text: str
    asked: Annotated[SummaryAsked | None, Field(description="The summary about which the customer was asked last.")]


class SummaryAnswer(Body):
    """What a customer says to the question whether a summary may be shown."""

    summary_id: Annotated[
        str, Field(pattern="^sco_[0-9a-f]{32}$", description="Of the text that the customer was shown: `consent`.")
    ]
    agree: bool


class ModalityMove(Body):
    """Where a conversation that began in public goes on, with whom, and why."""

    to: Annotated[
        Goes, Field(description="`one_to_one`: a private chat. `many_to_many`: back where the customer wrote.")
    ]
    reason: Why
    queue: Annotated[
        Name | None, Field(description="In private: the queue whose agents go on. Null: who has it, or its topic's.")
    ] = None
    skills: Annotated[
        list[SkillRequirement],
        Field(max_length=20, description="In private: what the agent must bring, beside what was asked before."),
    ] = []
    hide: Annotated[
        bool,
        Field(
            description="In private: its post is hidden. One in which a secret was masked is hidden in any case, until "
            "the conversation goes back."
        ),
    ] = False
    summary: Annotated[SummaryIn | None, Field(description="Back in public: what is shown there.")] = None

    @model_validator(mode="after")
    def fits_where_it_goes(self) -> Self:
        """Checks that nothing is said that belongs to the other direction."""
        if self.summary and self.to is Modality.ONE_TO_ONE:
            raise ValueError("has a summary, which is for the way back: to many_to_many")
        if self.to is not Modality.ONE_TO_ONE and (self.queue or self.skills or self.hide):
            raise ValueError("names queue, skills or hide, which are for the way to a private chat: to one_to_one")
        return self


class ModalityMoveByKey(ModalityMove):
    """Such a move by a caller of the API, who may name the agent."""

    agent: Annotated[Name | None, Field(description="In private: the agent who may take it first.")] = None


class Escalation(Body):
    """The severity, the reason, and the handoff, without which nothing escalates."""

    severity: Severity
    reason: Why
    handoff: Handoff
    force: Annotated[
        bool, Field(description="It waits in the row's queue also if nobody works for it, or could ever serve it.")
    ] = False


class Transfer(Body):
    """The queue or the agent that a contact goes to, and the reason."""

    queue: Annotated[Name | None, Field(description="This or `agent`.")] = None
    agent: Annotated[Name | None, Field(description="This or `queue`.")] = None
    warm: Annotated[
        bool, Field(description="The agent who serves the contact keeps it until the next one accepts.")
    ] = False
    keep_skills: Annotated[
        bool,
        Field(description="The contact still asks for the skills of its topic, which a transfer drops."),
    ] = False
    force: Annotated[
        bool,
        Field(
            description="To a queue: it waits there also if nobody on the books could ever serve it. To an agent, "
            "cold: the agent is asked also while the contact's queue is closed."
        ),
    ] = False
    reason: Why
    handoff: Handoff | None = None

    @model_validator(mode="after")
    def one_target(self) -> Self:
        if (self.queue is None) == (self.agent is None):
            raise ValueError("needs exactly one of queue and agent")
        return self


class TransferCancel(Body):
    """The reason why a warm transfer is called off."""

    reason: Why | Literal[""] = ""


class Requeue(Body):
    """The reason why the contact is taken from its agent."""

    reason: Why


class DirectOffer(Body):
    """The agent who is to be offered the contact."""

    agent: Name
    force: Annotated[bool, Field(description="It is offered also while its queue is closed.")] = False


class HandoffOut(Answer):
    """The facts that the next agent has to know."""

    expectation: str
    tried: str
    next_steps: str


class TransferOut(Answer):
    """A transfer of a contact."""

    at: Annotated[str, Field(description="RFC 3339, UTC.")]
    by: Annotated[str | None, Field(description="The agent who did it at a desk; null: over the API.")]
    holder: Annotated[str | None, Field(description="The agent who served the contact then.")]
    queue: Annotated[str | None, Field(description="The queue it went to; null: to an agent.")]
    agent: Annotated[str | None, Field(description="The agent it went to; null: to a queue.")]
    warm: bool
    severity: Annotated[Severity | None, Field(description="Of an escalation.")]
    reason: str
    handoff: HandoffOut | None
    called_off_at: Annotated[
        str | None, Field(description="When it was called off, before anybody accepted. RFC 3339, UTC.")
    ] = None
