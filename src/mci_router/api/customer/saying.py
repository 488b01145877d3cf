"""What a customer says on the socket, taken in as a message of any other channel is."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.api.parts import Parts
from mci_router.api.schemas.attachments import Attachment
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customer_frames import MessageData
from mci_router.api.schemas.customers import CustomerIn
from mci_router.conversations import reading
from mci_router.errors import ConversationOver, NotFound
from mci_router.intake.arrival import MessageKeyOf
from mci_router.lifecycle.talking.saying import Said
from mci_router.models import Contact
from mci_router.vocabulary import Channel, ContactKind, MessageKind, Outcome, Visibility

CHAT = "chat_"
"""What the reference of a conversation on this socket begins with."""


async def say(parts: Parts, who: CustomerIdentity, data: MessageData) -> dict[str, Any]:
    """Takes a message in, once for each `client_id`: into the contact named, else into the open chat, else as a new
    contact, which it is with `new` at once. What is said to a contact that has ended begins another, in the same case
    where it is a chat.

    Returns `{message, contact: {id, case_id, state, new, moved, previous_contact}}`.

    Raises NotFound for a contact that is not the customer's, MessageKeyReused, DatabaseUnavailable.
    """
    owner = f"customer:{who.customer}"
    key = parts.conversations.key_of(who.workspace_id, owner, data.client_id, _facts(data))
    if known := await parts.conversations.known(who.workspace_id, key):
        message = known.message
        contact = {"id": message["contact_id"], "case_id": message["case_id"], "state": known.state}
        return {"message": message, "contact": {**contact, "new": False, "moved": False, "previous_contact": None}}
    channel, reference = (Channel.CHAT, None) if data.new else await _conversation(parts, who, data.contact_id)
    if data.contact_id and reference is None:
        try:
            return await _said_in(parts, who, data.contact_id, data, key)
        except ConversationOver:
            channel = Channel.CHAT
    return await _arrived(parts, who, data, key, channel, reference or f"{CHAT}{uuid4().hex}")


def _facts(data: MessageData) -> dict[str, Any]:
    """Returns what a message says, by which it is known when it is sent again."""
    files = [one.id for one in data.attachments]
    return {"text": data.text, "files": files} if files else {"text": data.text}


async def _conversation(parts: Parts, who: CustomerIdentity, contact: str | None) -> tuple[Channel, str | None]:
    """Returns channel and reference of the contact named, or of the open chat; no reference where it is none of this
    socket's. Raises NotFound.
    """
    mine = (Contact.workspace_id == who.workspace_id, Contact.customer_id == who.customer)
    query = select(Contact.channel, Contact.channel_ref).where(*mine)
    if contact:
        query = query.where(Contact.id == contact)
    else:
        ours = Contact.channel_ref.startswith(CHAT, autoescape=True)
        query = query.where(Contact.channel == Channel.CHAT, ours, Contact.ended_at.is_(None))
    async with parts.database.reading() as session:
        found = (await session.execute(query.order_by(Contact.id.desc()).limit(1))).first()
    if found is None and contact:
        raise NotFound(f"There is no contact {contact!r} of yours.")
    channel, reference = found or (Channel.CHAT, None)
    return channel, reference if reference and reference.startswith(CHAT) else None


async def _said_in(
    parts: Parts, who: CustomerIdentity, contact: str, data: MessageData, key: MessageKeyOf
) -> dict[str, Any]:
    """Says it in a conversation of another channel, which may be a public one: here nobody else reads it."""
    said = Said(
        MessageKind.CUSTOMER,
        who.customer,
        data.text,
        key.owner,
        key,
        visibility=Visibility.PRIVATE,
        files=[one.id for one in data.attachments],
        files_of=key.owner,
    )
    spoken = await parts.conversations.say(who.workspace_id, contact, said)
    message = spoken.message
    named = {"id": contact, "case_id": message["case_id"], "state": spoken.state, "moved": spoken.moved}
    return {"message": message, "contact": {**named, "new": False, "previous_contact": None}}


async def _arrived(
    parts: Parts, who: CustomerIdentity, data: MessageData, key: MessageKeyOf, channel: Channel, reference: str
) -> dict[str, Any]:
    body = ContactIn(
        channel=channel,
        customer=CustomerIn(id=who.customer),
        attachments=[Attachment(id=one.id) for one in data.attachments],
        text=data.text,
        context=data.context.model_dump(exclude_none=True),
        channel_ref=reference,
        can_ask=True,
    )
    arrival = await parts.reception.receive(who.workspace_id, body.model_dump(mode="json"), None, who.trust)
    answer = await parts.conversations.arrive(replace(arrival, message_key=key, apart=data.new, files_of=key.owner))
    fresh = answer["id"] == arrival.id
    if fresh and answer["kind"] == ContactKind.CUSTOMER and answer["route"]["outcome"] != Outcome.NONE:
        parts.meter.note(who.workspace_id, answer["triage"]["topic"])
    message = answer.get("message") or await reading.first_of(parts.database, who.workspace_id, answer["id"])
    named = {name: answer.get(name) for name in ("id", "case_id", "case_reference", "state", "previous_contact")}
    return {
        "message": message,
        "contact": {**named, "new": not answer.get("joined"), "moved": bool(answer.get("moved"))},
    }
