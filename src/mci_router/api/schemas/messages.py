"""Schemas of messages, as adapters and services send them and readers get them."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from mci_router.api.schemas.attachments import AttachmentOut, Files
from mci_router.api.schemas.common import Answer, Body, ChannelMoment, Moment
from mci_router.api.schemas.contacts import ContactIn, Line
from mci_router.api.schemas.decisions import RouteOut
from mci_router.api.schemas.transfers import says_something
from mci_router.vocabulary import Channel, ContactState, MessageDelivery, MessageKind, Visibility

MessageText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000),
    AfterValidator(says_something),
    Field(examples=["And one more thing: my order number is 4711"]),
]
TextOrFiles = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=50_000),
    Field(description="May be empty beside files.", validate_default=True, examples=["Here is the photo"]),
]
Html = Annotated[
    str,
    StringConstraints(min_length=1, max_length=262_144),
    Field(description="The same with its looks. Only what is harmless is kept."),
]
SenderKey = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Author = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
MessageId = Annotated[str, StringConstraints(pattern=r"^msg_[0-9a-f]{32}$")]


def readable(value: str, known: ValidationInfo) -> str:
    """Returns a text, which may be empty beside a file only. Raises ValueError."""
    return value if not value and known.data.get("attachments") else says_something(value)


class Machine(Body):
    """The machine that wrote a message."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    version: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    disclosed: Annotated[bool, Field(description="The customer is told that a machine wrote it.")] = True


class MessageIn(Body):
    """A message into a contact's conversation."""

    kind: Annotated[
        MessageKind, Field(description="Who wrote it. A `note` is for colleagues, and nothing can send it.")
    ] = MessageKind.CUSTOMER
    attachments: Files = []
    text: TextOrFiles = ""
    html: Html | None = None
    author: Annotated[
        Author | None, Field(description="The name of who wrote it; left out: the customer, or the key.")
    ] = None
    visibility: Annotated[
        Visibility | None,
        Field(description="Left out: as the contact is. `public` only where the customer wrote in public."),
    ] = None
    in_reply_to: Annotated[MessageId | None, Field(description="A message of the same case.")] = None
    ai: Annotated[Machine | None, Field(description="The machine, if one wrote it.")] = None
    channel_message_id: Annotated[
        SenderKey | None, Field(description="The channel's own id of the message: with it, it is written once.")
    ] = None
    client_id: Annotated[
        SenderKey | None,
        Field(description="The same, for a sender that has none of a channel. Each `author` has ids of their own."),
    ] = None
    occurred_at: Annotated[ChannelMoment | None, Field(description="By the channel's clock: it is shown.")] = None

    _readable = field_validator("text")(readable)

    @model_validator(mode="after")
    def one_key(self) -> Self:
        if self.channel_message_id and self.client_id:
            raise ValueError("has both channel_message_id and client_id: send the one that you repeat it with")
        return self

    @model_validator(mode="after")
    def written_by_whom_it_says(self) -> Self:
        if self.ai and self.kind not in (MessageKind.BOT, MessageKind.AGENT):
            raise ValueError("has `ai`, so its kind must be bot, or agent")
        return self


class EditIn(Body):
    """What a message says from now on."""

    text: MessageText


Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(says_something),
    Field(examples=["the customer named somebody else's illness"]),
]


class RedactIn(Body):
    """Why a message's words are taken away: it is kept, without secrets."""

    why: Why


class ChannelMessageIn(ContactIn):
    """A message of which the adapter does not know the contact: by its `channel_ref` it joins the open one, or begins
    a new one as `POST /v1/contacts` does. Without a `channel_ref` it joins the customer's open contact of its topic.
    """

    channel_message_id: Annotated[
        SenderKey | None, Field(description="The channel's own id of the message: with it, it is written once.")
    ] = None
    occurred_at: Annotated[ChannelMoment | None, Field(description="By the channel's clock: it is shown.")] = None
    branch_ref: Annotated[
        Line | None,
        Field(
            description="What the conversation of `channel_ref` is called from here on if this is about something "
            "else: the subject has changed, and so, surely, has the topic. Then it begins a contact in a new case, "
            "which is linked to the one before."
        ),
    ] = None
    in_reply_to: Annotated[
        MessageId | None,
        Field(
            description="The message of yours that it answers, where the channel proves that. If that went out for a "
            "contact of the help portal, to the address that answers now, this is said in that conversation; else it "
            "says nothing."
        ),
    ] = None


class MessagePlace(Answer):
    """Where a message is. `channel_message_id` is as you asked for it, of those that you posted."""

    message_id: str
    channel_message_id: str | None = None
    contact_id: str
    case_id: str
    channel_ref: str | None


class MessagePlaces(Answer):
    """The messages that were found, in no order."""

    items: list[MessagePlace]


class Redacted(Answer):
    """Who took a message's words away, when and why. All else of it stays."""

    at: Moment
    by: str
    why: str


class DeliveryError(Answer):
    """Why a message did not reach its customer."""

    slug: str
    detail: str = ""
    retryable: bool = False


class DeliveryOut(Answer):
    """How far a message has come to its customer."""

    state: MessageDelivery
    error: DeliveryError | None = None


class MessageOut(Answer):
    """A message of a case."""

    id: str
    case_id: str
    contact_id: str
    seq: Annotated[int, Field(description="Its place in the case: the order that counts. Numbers may be missing.")]
    kind: MessageKind
    author: str
    to_agent: Annotated[str | None, Field(description="A note to this agent alone.")]
    channel: Channel
    visibility: Visibility
    text: Annotated[str, Field(description="Without secrets; empty if it was redacted.")]
    html: str | None
    in_reply_to: str | None
    ai: dict[str, Any] | None
    occurred_at: Annotated[Moment, Field(description="By the channel's clock. RFC 3339, UTC.")]
    received_at: Moment
    revision: Annotated[int, Field(description="How often it was edited.")]
    edited_at: Moment | None
    redacted: Redacted | None
    delivery: Annotated[
        DeliveryOut | None, Field(description="Null for what does not go to the customer by an adapter.")
    ]
    attachments: list[AttachmentOut] = []


class RevisionOut(Answer):
    """What a message said before it was edited."""

    revision: Annotated[int, Field(description="0 is as it was sent.")]
    text: Annotated[str, Field(description="Without secrets; empty if the message was redacted.")]
    html: str | None
    replaced_at: Moment
    replaced_by: Annotated[str, Field(examples=["agent:ada", "adapter:shop-chat"])]


class RevisionsOut(Answer):
    """What a message said before, the oldest first."""

    items: list[RevisionOut]


class SpokenIn(Answer):
    """The contact in whose conversation a message is."""

    id: str
    case_id: str
    case_reference: Annotated[
        str | None,
        Field(
            description="What the customer names the case by; null where the message names its contact itself.",
            examples=["K7Q2-9XMD"],
        ),
    ] = None
    state: Annotated[ContactState | None, Field(description="Now; null while the live queues are away.")]
    moved: Annotated[bool, Field(description="What the message says has moved the contact.")] = False
    new: Annotated[bool, Field(description="The contact began with this message.")] = False
    previous_contact: Annotated[
        str | None, Field(description="The contact of the same conversation that had ended before.")
    ] = None


class MessageSpoken(Answer):
    """A message that is written, and its contact."""

    message: MessageOut
    contact: SpokenIn
    route: Annotated[
        RouteOut | None,
        Field(
            description="Of a contact that began with it: what its customer is to be told. Null when it is repeated."
        ),
    ] = None


class MessageWindow(Answer):
    """Some messages of a case, in their order."""

    items: list[MessageOut]
    last_seq: Annotated[int, Field(description="The number of the case's last message.")]
    more: Annotated[bool, Field(description="There are others in the direction that was read.")]
    read_up_to: Annotated[
        dict[str, int],
        Field(description="How far each party has read.", examples=[{"customer": 7, "agent:ada": 9}]),
    ]
