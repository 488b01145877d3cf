"""Schemas of transfers and escalations, and of the handoff to the next agent."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body
from mci_router.specs.base import Name
from mci_router.vocabulary import Modality, Severity


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


Goes = Literal[Modality.ONE_TO_ONE, Modality.MANY_TO_MANY]


class ModalityMove(Body):
    """Where a conversation that began in public goes on, and why."""

    to: Annotated[
        Goes, Field(description="`one_to_one`: a private chat. `many_to_many`: back where the customer wrote.")
    ]
    reason: Why


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
