"""Channel adapters: what each channel can do, how far its word counts, and how it gets what is written to customers."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Spec, Text
from mci_router.vocabulary import Channel, Trust

LONGEST_URL = 2_000


class Capabilities(Spec):
    """What the channel can do. A message that needs more is refused before it is sent."""

    receipts: Annotated[bool, Field(description="Says when a message is delivered or read.")] = False
    typing: Annotated[bool, Field(description="Shows the customer that somebody is typing.")] = False
    edit: Annotated[bool, Field(description="Can change a message that was sent.")] = False
    html: Annotated[bool, Field(description="Shows formatted messages. Else they go as plain text.")] = False
    attachments: Annotated[bool, Field(description="Takes files beside the text.")] = False
    can_ask: Annotated[
        bool, Field(description="Can ask the customer a question whose answer it sends back, such as for consent.")
    ] = False
    max_chars: Annotated[
        int | None, Field(ge=1, le=100_000, description="The longest message, in characters. Null: any.")
    ] = None
    window_h: Annotated[
        float | None,
        Field(
            gt=0,
            le=8_760,
            description="Hours after the customer's last message in which the company may write. Null: always.",
        ),
    ] = None


class ByWebhook(Spec):
    """Each message is a signed POST to the adapter."""

    by: Literal["webhook"]
    url: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_URL),
        Field(
            description="The adapter's endpoint: https, public addresses only.",
            examples=["https://sms.example.com/outbound"],
        ),
    ]


class ByStream(Spec):
    """The adapter reads its messages from `GET /v1/adapters/{name}/outbound`, as behind a firewall."""

    by: Literal["stream"]


class ByNothing(Spec):
    """The adapter takes nothing: its customers are answered elsewhere."""

    by: Literal["none"] = "none"


Outbound: TypeAlias = Annotated[ByWebhook | ByStream | ByNothing, Field(discriminator="by")]


class AdapterSpec(Spec):
    """A channel adapter: a program that carries messages between a channel and the router."""

    name: Name
    title: Text
    channels: Annotated[
        list[Channel], Field(min_length=1, max_length=len(Channel), description="Whose contacts it may post.")
    ]
    capabilities: Capabilities = Capabilities()
    outbound: Annotated[Outbound, Field(description="How it gets what is written to customers.")] = ByNothing()
    trust: Annotated[
        Trust, Field(description="The most that it may assert of a customer's addresses, whatever its key may.")
    ] = Trust.CLAIMED
    give_up_s: Annotated[
        float,
        Field(
            ge=1,
            le=3 * 86_400,
            description="Seconds for which a message waits for an adapter that takes nothing; then it has failed.",
        ),
    ] = 600

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Raises ValueError for channels that are named twice, and for voice, to which no text is written."""
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("channels names one twice")
        if self.outbound.by != "none" and self.channels == [Channel.VOICE]:
            raise ValueError("outbound is for written channels: nobody reads a text on the telephone")
        return self

    @property
    def takes_messages(self) -> bool:
        """Whether what is written to its customers goes to it."""
        return self.outbound.by != "none"

    @property
    def url(self) -> str | None:
        """Where its messages are posted to; None unless they are."""
        return self.outbound.url if isinstance(self.outbound, ByWebhook) else None
