"""What a queue says of conversations under way: how long they are parked, and how their end is worked on."""

from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from mci_router.specs.base import Language

MostWrapUp: TypeAlias = Annotated[
    float,
    Field(ge=0, le=7_200, description="How long an agent may make a wrap-up that has a limit, from its beginning on."),
]
ReturnToAgent: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=86_400,
        description="How long a parked contact whose customer writes again waits for its agent first, if the agent "
        "works and has no room.",
    ),
]
Inactivity: TypeAlias = Annotated[
    float | None,
    Field(
        gt=0,
        le=30 * 86_400,
        description="A parked contact is completed when its customer has been silent for so long; null: never.",
    ),
]
InactivityMessage: TypeAlias = Annotated[
    dict[Language, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]],
    Field(
        max_length=50,
        description="What its customer is told then, by language; `en` where there is none of the customer's.",
        examples=[{"en": "We have not heard from you, so we have closed this conversation."}],
    ),
]
MessagesKeep: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=100 * 365 * 86_400,
        description="Seconds for which the messages of contacts that have ended are kept; 0: for ever.",
    ),
]
Gather: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=300,
        description="Seconds in which a chat that comes in is not offered yet: its customer may still write. "
        "What comes from another queue, or from an agent, is offered at once.",
    ),
]
AutoAccept: TypeAlias = Annotated[
    float | None,
    Field(
        ge=0,
        le=3_600,
        description="Seconds after which an offer is accepted for the agent, less than `offer_timeout_s`; "
        "null: agents accept by hand.",
    ),
]
