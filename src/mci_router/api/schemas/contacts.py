"""Schemas of contacts, as adapters send them and other services read them."""

import json
import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from mci_router.api.schemas.attachments import Attachments
from mci_router.api.schemas.calls import Call
from mci_router.api.schemas.common import Answer, Body, CaseReference, Moment, empty
from mci_router.api.schemas.customers import CustomerIn, CustomerTaken
from mci_router.api.schemas.decisions import RouteOut
from mci_router.api.schemas.findings import TriageOut
from mci_router.api.schemas.served_by import ServedByOut
from mci_router.api.schemas.transfers import says_something
from mci_router.api.schemas.wishes import PersonWish
from mci_router.specs.base import Name, SkillRequirement
from mci_router.storable import is_endless
from mci_router.vocabulary import (
    MAY_BE_PUBLIC,
    SPOKEN,
    Cell,
    Channel,
    ContactKind,
    ContactState,
    Modality,
    Outcome,
    ParticipantRole,
    SensitiveKind,
    Trust,
    Visibility,
)

MOST_HEADERS = 50
LARGEST_CONTEXT = 16_384  # characters of JSON
DEEPEST_CONTEXT = 8  # levels

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=50_000), Field(examples=["I cannot sign in to my account"])
]
LanguageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$", max_length=35),
    AfterValidator(lambda tag: re.split("[-_]", tag)[0].lower()),
    Field(description="As in `de`, `DE` or `de-AT`: the language is kept, the region is not.", examples=["en"]),
]
Provider = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
    Field(description="The provider that carries the channel: any word.", examples=["whatsapp"]),
]


class ContactIn(Body):
    """A contact, from any channel."""

    channel: Channel
    provider: Provider | None = None
    customer: CustomerIn = Field(default_factory=CustomerIn)
    attachments: Attachments = empty(list)
    subject: Annotated[Line | None, Field(description="The subject of an e-mail.")] = None
    text: Annotated[Text, Field(description="May be empty for voice, and with attachments.", validate_default=True)] = (
        ""
    )
    call: Annotated[Call | None, Field(description="For voice: the call itself. Its transcript are messages.")] = None
    topic: Annotated[
        Name | None, Field(description="Known to the adapter, as from a menu; left out, the text is classified.")
    ] = None
    language: LanguageTag | None = None
    priority: Annotated[int, Field(ge=0, le=10, description="Each point counts as a minute waited.")] = 0
    skills: Annotated[list[SkillRequirement], Field(max_length=10)] = empty(list)
    context: Annotated[
        dict[str, Any], Field(description="What the channel knows: device, page, service, region ...")
    ] = empty(dict)
    channel_ref: Annotated[Line | None, Field(description="The adapter's own id of the conversation.")] = None
    visibility: Annotated[
        Visibility | None,
        Field(
            description="Where the customer wrote. Only a contact of `community` or `social` can be `public`. Left "
            "out: `public` for `community`, `private` for all others. A private one is never posted unless the "
            "customer agrees."
        ),
    ] = None
    can_ask: Annotated[
        bool,
        Field(
            description="You can show the customer a draft and ask whether it may be posted; the answer goes to "
            "`POST …/consent`."
        ),
    ] = False
    headers: Annotated[
        dict[
            Annotated[str, StringConstraints(min_length=1, max_length=100)],
            Annotated[str, StringConstraints(max_length=2_000)],
        ],
        Field(
            max_length=MOST_HEADERS,
            description="Headers of an e-mail by which a machine is recognised, such as Auto-Submitted, Content-Type, "
            "List-Id, Return-Path. They are read, and not kept.",
            examples=[{"Auto-Submitted": "auto-replied", "Return-Path": "<>"}],
        ),
    ] = empty(dict)

    @field_validator("text")
    @classmethod
    def readable(cls, value: str, info: ValidationInfo) -> str:
        """Checks that there is something to read, except in a call, or beside an attachment."""
        wordless = info.data.get("channel") is Channel.VOICE or bool(info.data.get("attachments"))
        return value if wordless and not value else says_something(value)

    @field_validator("call")
    @classmethod
    def spoken(cls, value: Call | None, known: ValidationInfo) -> Call | None:
        if value and known.data.get("channel") not in (None, *SPOKEN):
            raise ValueError("is for voice only: leave it out on a channel that is written")
        return value

    @field_validator("visibility")
    @classmethod
    def written_where_it_can_be(cls, value: Visibility | None, known: ValidationInfo) -> Visibility | None:
        channel = known.data.get("channel")
        if value is Visibility.PUBLIC and channel and channel not in MAY_BE_PUBLIC:
            raise ValueError(
                f"cannot be public: what comes by {channel} is private; only community and social contacts can be "
                "public"
            )
        return value

    @model_validator(mode="after")
    def written_somewhere(self) -> Self:
        self.visibility = self.visibility or Visibility.of(self.channel)
        return self

    @model_validator(mode="after")
    def bounded_context(self) -> Self:
        if _depth(self.context) > DEEPEST_CONTEXT:
            raise ValueError(f"context is nested deeper than {DEEPEST_CONTEXT} levels")
        if len(json.dumps(self.context, default=str)) > LARGEST_CONTEXT:
            raise ValueError(f"context is longer than {LARGEST_CONTEXT} characters of JSON")
        return self


def _depth(value: Any) -> int:
    """Returns the levels of nesting; refuses a number that JSON does not have, or that has no end."""
    if is_endless(value):
        raise ValueError("context has a number that JSON does not have, or one of more than 308 digits")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, children), default=0) if isinstance(value, dict | list) else 0


class ContactDecided(Answer):
    """A contact that is accepted and committed, and what was decided about it."""

    id: str
    case_id: str
    case_reference: CaseReference | None = None
    customer_id: str
    kind: ContactKind = ContactKind.CUSTOMER
    opted_out_at: Annotated[
        Moment | None,
        Field(description="Since when the customer has opted out at the address this came by, as of its acceptance."),
    ] = None
    state: ContactState
    triage: TriageOut
    route: RouteOut
    customer: CustomerTaken
    joined: Annotated[
        bool,
        Field(
            description="It was said in a conversation that is open still: it is a message of this contact, no new one."
        ),
    ] = False
    previous_contact: Annotated[
        str | None,
        Field(description="The contact of the same conversation that had ended before: both are of this case."),
    ] = None


class ContactMoved(Answer):
    """A contact that was moved, and what was decided about it.

    A key that may not read the contact gets its state and what its customer should know: the rest is null or empty.
    """

    id: str
    case_id: str | None = None
    case_reference: CaseReference | None = None
    customer_id: str | None = None
    state: ContactState
    moved: Annotated[
        bool, Field(description="False: the rung that did not help was past already, and nothing has changed.")
    ] = True
    triage: TriageOut | None = None
    route: RouteOut


class ContactOut(PersonWish):
    """A contact, and its state now."""

    id: str
    case_id: str
    case_reference: CaseReference
    customer_id: str
    trust: Annotated[Trust, Field(description="The highest trust of the addresses it came with.")]
    channel: Channel
    provider: str | None
    subject: str | None
    text: str
    kind: Annotated[ContactKind, Field(description="Who wrote: a customer, a machine, or somebody who opts out or in.")]
    language: str | None
    priority: int
    context: dict[str, Any]
    channel_ref: str | None
    call: Call | None = None
    attachments: list[dict[str, Any]]
    visibility: Visibility
    modality: Annotated[Modality, Field(description="Who reads what is answered: the customer alone, or the public.")]
    masked: Annotated[int, Field(description="Secrets that were taken out of what came in.")]
    masked_kinds: Annotated[dict[str, int], Field(description="How many of each kind.", examples=[{"card": 1}])]
    topic: str | None
    sensitive: bool
    sensitive_kinds: Annotated[
        list[SensitiveKind], Field(description="Why a person has to see it, where that is known.")
    ]
    urgent: Annotated[bool, Field(description="Somebody's life may be in danger: it is first in line.")]
    cell: Cell
    outcome: Outcome
    served_by: ServedByOut | None = None
    rung: int
    state: ContactState
    queue: str | None
    agent: Annotated[
        str | None, Field(description="Who serves it; in a warm transfer the first agent until the second accepts.")
    ]
    offered_to: Annotated[str | None, Field(description="The agent with the pending offer.")] = None
    transferring: Annotated[bool, Field(description="A warm transfer is under way.")] = False
    to_queue: Annotated[
        str | None, Field(description="The queue that a warm transfer goes to, until somebody accepts.")
    ] = None
    interrupted: Annotated[bool, Field(description="Its agent was called away to a live contact.")] = False
    parked_at: Annotated[Moment | None, Field(description="Since when it waits for its customer.")] = None
    participants: Annotated[
        dict[str, ParticipantRole], Field(description="Who takes part in its conversation beside its agent, and how.")
    ] = {}
    inactive_at: Annotated[
        Moment | None, Field(description="When it is completed unless the customer writes; null: it is not.")
    ] = None
    agent_lost: Annotated[
        bool, Field(description="Its agent cannot be reached; after a grace period it waits again.")
    ] = False
    disposition: str | None
    notes: str | None
    accepted_at: Moment
    relaxed: Annotated[int, Field(description="Steps of its queue's relaxation taken.")] = 0
    relaxed_fully: Annotated[bool, Field(description="It has taken the last step, and still waits.")] = False
    preferred_agent: Annotated[str | None, Field(description="The agent who could take it first.")] = None
    place_since: Annotated[
        Moment | None, Field(description="When its place in line began, if the customer got an old one back.")
    ] = None
    callback_offered_at: Annotated[
        Moment | None, Field(description="When an overflow rule offered to call back. RFC 3339, UTC.")
    ] = None
    callback_at: Annotated[
        Moment | None, Field(description="When the customer asked to be called back. RFC 3339, UTC.")
    ] = None
    callback_phone: str | None = None
    due_at: Moment | None
    enqueued_at: Moment | None
    answered_at: Moment | None
    handled_at: Moment | None
    ended_at: Moment | None


class ContactPage(Answer):
    """Contacts, newest first. `next_cursor` continues the list; null at its end."""

    items: list[ContactOut]
    next_cursor: str | None


class EventOut(Answer):
    """One transition of a contact, as the journal has it."""

    id: str
    type: str
    at: Moment
    contact_id: str | None
    agent: str | None
    data: dict[str, Any]


class EventPage(Answer):
    """A contact's transitions, oldest first."""

    items: list[EventOut]
