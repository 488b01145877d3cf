"""The payloads of customers who turn out to be one, or two after all, or who are erased. Nobody's words are in them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from mci_router.events import EventType
from mci_router.webhooks.payloads import Payload


class MergePayload(Payload):
    """A customer who was merged into another, or split from it again."""

    customer: str
    into: str
    merge: Annotated[str | None, Field(description="The same for the merge and its split.")] = None
    before: Annotated[dict[str, Any] | None, Field(description="Kinds of addresses, and cases, by customer.")] = None
    after: dict[str, Any] | None = None


class ErasedPayload(Payload):
    """A customer who was erased. Nothing but ids is left to tell."""

    customer: str
    merged: Annotated[list[str], Field(description="Those who had been merged into the customer.")]


CUSTOMERS: Mapping[EventType, tuple[str, type[Payload]]] = {
    EventType.CUSTOMER_MERGED: (
        "The customer turned out to be `into`; `before` and `after` describe both.",
        MergePayload,
    ),
    EventType.CUSTOMER_SPLIT: ("They are two after all.", MergePayload),
    EventType.CUSTOMER_ERASED: (
        "All that led to the customer is gone: erase what you keep by this id, and by those of `merged`, too.",
        ErasedPayload,
    ),
}
"""When each comes, and its `data`."""
