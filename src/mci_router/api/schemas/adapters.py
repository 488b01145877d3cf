"""Schemas of the way to channel adapters."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, ChannelMoment
from mci_router.vocabulary import MessageDelivery


class MessageFailure(Answer):
    """Why a message did not reach its customer."""

    slug: str
    detail: str
    retryable: Annotated[bool, Field(description="Whether to send it again may help.")]


class FailureIn(Body):
    """Why the channel could not deliver a message."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), Field(examples=["number_unknown"])]
    detail: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=500), Field(description="For agents.")
    ] = ""
    retryable: Annotated[bool, Field(description="Whether to send it again may help.")] = False


class ReceiptIn(Body):
    """How far a message has come, as its channel says."""

    state: Literal[MessageDelivery.SENT, MessageDelivery.DELIVERED, MessageDelivery.READ, MessageDelivery.FAILED]
    error: Annotated[FailureIn | None, Field(description="For `failed`.")] = None
    occurred_at: Annotated[ChannelMoment | None, Field(description="By the channel's clock; it decides nothing.")] = (
        None
    )


class MessageDeliveryOut(Answer):
    """How far a message has come."""

    state: MessageDelivery
    error: MessageFailure | None
