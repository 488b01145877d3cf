"""Schemas of the way to channel adapters."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.vocabulary import MessageDelivery


class MessageFailure(Answer):
    """Why a message did not reach its customer."""

    slug: str
    detail: str
    retryable: Annotated[bool, Field(description="Whether to send it again may help.")]


class MessageSentAgain(Answer):
    """How far a message has come that is sent again."""

    state: MessageDelivery
    error: MessageFailure | None
