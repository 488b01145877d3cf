"""Payloads of what becomes of messages after they were written; none has any words of theirs."""

from typing import Annotated

from pydantic import Field

from mci_router.vocabulary import Channel, ContactState, MessageDelivery, Outcome
from mci_router.webhooks.payloads import Payload, Time


class ConversationPayload(Payload):
    """A conversation, and where its contact is."""

    contact: str
    case: str
    customer: str
    state: Annotated[ContactState | None, Field(description="The contact's; null long after its end.")] = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    queue: str | None = None
    agent: Annotated[str | None, Field(description="The agent who serves the contact.")] = None


class MessageChangePayload(ConversationPayload):
    """A message that has changed, without its words."""

    message: str
    message_seq: Annotated[int, Field(description="Its place in the case: the order that counts.")]
    message_at: Annotated[Time, Field(description="When the service received it.")]


class MessageDeliveryPayload(MessageChangePayload):
    """How far a message has come on its way to the customer."""

    delivery: MessageDelivery
    error: Annotated[str | None, Field(description="Why it has failed, in a word.")] = None
    retryable: Annotated[bool | None, Field(description="Whether to send it again may help.")] = None


class MessageReadPayload(ConversationPayload):
    """How far a party has read a conversation."""

    party: Annotated[str, Field(examples=["customer", "agent:ada"])]
    up_to_seq: int
