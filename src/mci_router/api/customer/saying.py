"""What a customer says on the socket, taken in as a message of any other channel is."""

from typing import Any
from uuid import uuid4

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.api.parts import Parts
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customer_frames import MessageData
from mci_router.api.schemas.customers import CustomerIn
from mci_router.vocabulary import Channel, ContactKind, Outcome


async def say(parts: Parts, who: CustomerIdentity, data: MessageData) -> dict[str, Any]:
    """Takes a message in, once for each `client_id`. Returns `{contact: {id, case_id, state, new}}`.

    Raises DatabaseUnavailable, IdempotencyKeyReused.
    """
    body = ContactIn(
        channel=Channel.CHAT,
        customer=CustomerIn(id=who.customer),
        text=data.text,
        context=data.context.model_dump(exclude_none=True),
        channel_ref=f"chat_{uuid4().hex}",
        can_ask=True,
    )
    key = f"customer:{who.customer}:{data.client_id}"
    arrival = await parts.reception.receive(who.workspace_id, body.model_dump(mode="json"), key, who.trust)
    answer = await parts.conversations.arrive(arrival)
    fresh = answer["id"] == arrival.id
    if fresh and answer["kind"] == ContactKind.CUSTOMER and answer["route"]["outcome"] != Outcome.NONE:
        parts.meter.note(who.workspace_id, answer["triage"]["topic"])
    return {"contact": {"id": answer["id"], "case_id": answer["case_id"], "state": answer["state"], "new": True}}
