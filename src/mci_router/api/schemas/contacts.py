"""Contacts as adapters send them and services read them."""

import json
import math
from typing import Annotated, Any, Self

import phonenumbers
from pydantic import AfterValidator, EmailStr, Field, FiniteFloat, HttpUrl, StringConstraints, field_validator, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.transfers import TransferOut, says_something
from mci_router.specs import Language, Name, SkillRequirement
from mci_router.triage.calibration import Certainty
from mci_router.vocabulary import Cell, Channel, ContactState, Modality, Outcome, Touch, Volume

LARGEST_CONTEXT = 16_384  # characters of JSON
DEEPEST_CONTEXT = 8  # levels

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def normal_phone(value: str) -> str:
    """E.164 where the number says its country, the bare digits otherwise. Raises ValueError."""
    digits = "".join(filter(str.isdecimal, value))
    if not 5 <= len(digits) <= 15:
        raise ValueError("is not a phone number: send 5 to 15 digits, best with the country, such as +49 30 901820")
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Phone = Annotated[str, Field(max_length=40, examples=["+49 30 901820"]), AfterValidator(normal_phone)]


class CustomerIn(Body):
    """Who the customer is: an id of ours, or any addresses of theirs. All empty: a customer we know nothing about."""

    id: Annotated[str | None, Field(pattern=r"^cus_[0-9a-f]{32}$")] = None
    external_id: Annotated[str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = None
    name: Annotated[str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = None
    email: Annotated[EmailStr | None, Field(max_length=254)] = None
    phone: Phone | None = None
    attributes: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], str | bool | int | FiniteFloat | None],
        Field(max_length=50, description="Facts about the customer, such as `vip` or `vulnerable`.", examples=[{"vip": True}]),
    ] = {}

    @field_validator("email", mode="after")
    @classmethod
    def same_case(cls, value: str | None) -> str | None:
        return value.lower() if value else None


class Attachment(Body):
    """A file the customer sent, kept where the adapter put it."""

    url: HttpUrl
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    content_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)]


class ContactIn(Body):
    """A contact, from whatever channel."""

    channel: Channel
    customer: CustomerIn = Field(default_factory=CustomerIn)
    subject: Annotated[Line | None, Field(description="As of an e-mail.")] = None
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000), Field(examples=["I cannot sign in to my account"])
    ]
    topic: Annotated[Name | None, Field(description="Known to the adapter, as from a menu; left out, the text is classified.")] = None
    language: Language | None = None
    priority: Annotated[int, Field(ge=0, le=10, description="Each point counts as a minute waited.")] = 0
    skills: Annotated[list[SkillRequirement], Field(max_length=10)] = []
    context: Annotated[dict[str, Any], Field(description="What the channel knows: device, page, service, region ...")] = {}
    channel_ref: Annotated[Line | None, Field(description="The adapter's own id of the conversation.")] = None
    attachments: Annotated[list[Attachment], Field(max_length=20)] = []

    @field_validator("text")
    @classmethod
    def readable(cls, value: str) -> str:
        return says_something(value)

    @model_validator(mode="after")
    def bounded_context(self) -> Self:
        if _depth(self.context) > DEEPEST_CONTEXT:
            raise ValueError(f"context is nested deeper than {DEEPEST_CONTEXT} levels")
        if len(json.dumps(self.context, default=str)) > LARGEST_CONTEXT:
            raise ValueError(f"context is longer than {LARGEST_CONTEXT} characters of JSON")
        return self


def _depth(value: Any) -> int:
    """Levels of nesting; a number that JSON cannot hold is refused on the way."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("context has a number that JSON cannot hold")
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, children), default=0) if isinstance(value, dict | list) else 0


class Likely(Answer):
    """A topic and its probability."""

    topic: str
    probability: float


class ThresholdsOut(Answer):
    """The confidence from which triage acts on a topic, and that from which it suggests one; below, a person is asked."""

    act: float
    suggest: float


class ShadowOut(Answer):
    """What a model on trial would have said. It decides nothing."""

    model: str
    topic: str | None
    confidence: float
    certainty: Certainty


class TriageOut(Answer):
    """What the contact is. `topic` is null while it is unknown."""

    topic: str | None
    confidence: float
    certainty: Annotated[
        Certainty | None, Field(description="Whether triage acts on the topic, only suggests it, or asks a person. Null: before 0.3.")
    ] = None
    thresholds: Annotated[ThresholdsOut | None, Field(description="Those in force: the workspace's, or the model's own.")] = None
    sensitive_probability: Annotated[float | None, Field(description="Of all sensitive topics together.")] = None
    rules: Annotated[list[str], Field(description="The rules that fired.")] = []
    shadow: ShadowOut | None = None
    volume: Volume
    touch: Touch
    sensitive: bool
    cell: Cell
    modality: Modality
    reasons: list[str]
    ranked: list[Likely]
    model: str


class AnswerOut(Answer):
    """Automation's answer, to be shown to the customer."""

    article: str
    title: str
    body: str


class IncidentAnswerOut(Answer):
    """The open incident that a contact is about. Its status, to be shown to the customer, is the route's `message`, too."""

    id: str
    title: str
    status: str | None
    expected_fix_at: str | None


class PostRef(Answer):
    """The community post made of the contact."""

    id: str


class ExpectedWaitOut(Answer):
    """How long a contact has to wait, in seconds: it is likely to lie between the two, and the middle is the estimate."""

    low: float
    high: float


class RouteOut(Answer):
    """Where the contact goes and why. `answer` is set for automation, `post` for the community, `queue` for an agent, `incident` for one."""

    outcome: Outcome
    rung: int
    reasons: list[str]
    queue: str | None
    answer: AnswerOut | None
    incident: IncidentAnswerOut | None = None
    post: PostRef | None
    reply_by: Annotated[str | None, Field(description="When somebody has to have answered, or the next rung takes over.")]
    at_limit: str | None
    expected_wait_s: Annotated[
        ExpectedWaitOut | None,
        Field(description="For an agent, as of the decision. Null: nobody able was signed in, the queue was closed, or unknown."),
    ] = None
    callback_offered: Annotated[bool, Field(description="The customer may ask to be called back: `POST …/callback`.")] = False
    overflow_from: Annotated[str | None, Field(description="The queue whose overflow rule sent it here.")] = None
    message: Annotated[
        str | None, Field(description="To be shown to the customer: what the closed queue has to say, or how the incident stands.")
    ] = None
    transfers: Annotated[list[TransferOut], Field(description="How the contact was passed on, to this rung or on it, oldest first.")] = []


class ContactDecided(Answer):
    """A contact that is accepted and committed, and what was decided about it."""

    id: str
    case_id: str
    customer_id: str
    state: ContactState
    triage: TriageOut
    route: RouteOut


class DryRunOut(Answer):
    """What would become of a contact: the state it would be in, the language it is taken for, and the decision."""

    state: ContactState
    language: str | None
    masked_kinds: dict[str, int]
    triage: TriageOut
    route: RouteOut


class ContactOut(Answer):
    """A contact and where it stands now."""

    id: str
    case_id: str
    customer_id: str
    channel: Channel
    subject: str | None
    text: str
    language: str | None
    priority: int
    context: dict[str, Any]
    channel_ref: str | None
    attachments: list[dict[str, Any]]
    masked: Annotated[int, Field(description="Secrets that were taken out of what came in.")]
    masked_kinds: Annotated[dict[str, int], Field(description="How many of each kind.", examples=[{"card": 1}])]
    topic: str | None
    sensitive: bool
    cell: Cell
    outcome: Outcome
    rung: int
    state: ContactState
    queue: str | None
    agent: Annotated[str | None, Field(description="Who serves it; in a warm transfer the first agent until the second accepts.")]
    offered_to: Annotated[str | None, Field(description="The agent with the pending offer.")] = None
    transferring: Annotated[bool, Field(description="A warm transfer is under way.")] = False
    interrupted: Annotated[bool, Field(description="Its agent was called away to a live contact.")] = False
    agent_lost: Annotated[bool, Field(description="Its agent cannot be reached; after a grace it waits again.")] = False
    disposition: str | None
    notes: str | None
    accepted_at: Moment
    relaxed: Annotated[int, Field(description="Steps of its queue's relaxation taken.")] = 0
    relaxed_fully: Annotated[bool, Field(description="It has taken the last step, and waits on.")] = False
    preferred_agent: Annotated[str | None, Field(description="Who could take it first.")] = None
    place_since: Annotated[Moment | None, Field(description="When its place in line began, if the customer got an old one back.")] = None
    callback_offered_at: Annotated[Moment | None, Field(description="When an overflow rule offered to call back. RFC 3339, UTC.")] = None
    callback_at: Annotated[Moment | None, Field(description="When the customer asked to be called back. RFC 3339, UTC.")] = None
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


class DecisionStep(Answer):
    """The decision for one rung."""

    rung: int
    triage: TriageOut
    route: RouteOut
    created_at: Moment


class DecisionOut(Answer):
    """Why the contact is where it is: the decision in force, and those before it."""

    contact_id: str
    triage: TriageOut
    route: RouteOut
    history: list[DecisionStep]


class EventOut(Answer):
    """One transition, as the journal has it."""

    id: str
    type: str
    at: Moment
    contact_id: str | None
    agent: str | None
    data: dict[str, Any]


class EventPage(Answer):
    """A contact's transitions, oldest first."""

    items: list[EventOut]


class Ending(Body):
    """Why a contact ends."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Unresolved(Body):
    """What did not help: `route.rung` of the answer that the customer speaks of."""

    rung: Annotated[int | None, Field(ge=-1, le=100)] = None


class Ended(Answer):
    """The contact's final state."""

    id: str
    state: ContactState
