"""Channel adapters: what each channel can do, how far its word counts, and how it gets what is written to customers."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Spec, Text
from mci_router.vocabulary import AnswersWay, Channel, OutboundWay, Trust

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


class OutboundSpec(Spec):
    """How an adapter gets what is written to its customers."""

    by: OutboundWay = OutboundWay.NONE
    url: Annotated[
        str | None,
        StringConstraints(min_length=1, max_length=LONGEST_URL),
        Field(
            description="For `webhook`: the adapter's endpoint, https, public addresses only.",
            examples=["https://sms.example.com/outbound"],
        ),
    ] = None

    @model_validator(mode="after")
    def url_of_a_webhook(self) -> Self:
        if (self.by is OutboundWay.WEBHOOK) is not (self.url is not None):
            raise ValueError("a webhook needs a url, and nothing else has one")
        return self


class AdapterSpec(Spec):
    """A channel adapter: a program that carries messages between a channel and the router."""

    name: Name
    title: Text
    channels: Annotated[
        list[Channel], Field(min_length=1, max_length=len(Channel), description="Those that it serves.")
    ]
    capabilities: Capabilities = Capabilities()
    outbound: OutboundSpec = OutboundSpec()
    answers: Annotated[
        AnswersWay,
        Field(
            description="How the customer hears what the router answers at once, and an incident's news: by the "
            "response and webhooks, which the adapter shows; or as messages, which come to it like all others."
        ),
    ] = AnswersWay.RESPONSE
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
        if self.answers is AnswersWay.MESSAGES and not self.takes_messages:
            raise ValueError("answers come as messages only where outbound says how")
        if self.takes_messages and self.channels == [Channel.VOICE]:
            raise ValueError("outbound is for written channels: nobody reads a text on the telephone")
        return self

    @property
    def takes_messages(self) -> bool:
        """Whether what is written to its customers goes to it."""
        return self.outbound.by is not OutboundWay.NONE
