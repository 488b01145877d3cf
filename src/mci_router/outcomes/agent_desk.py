"""The agent desk's screen pop: all that an agent sees of a contact when it is offered."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms, moment
from mci_router.models import Contact, Customer, CustomerAddress, Decision
from mci_router.specs import TIER

MOST_HISTORY = 20  # earlier contacts, newest first: what fits a screen


async def screen_pop(session: AsyncSession, workspace: str, contact_id: str, skills: Collection[str]) -> dict[str, Any] | None:
    """Contact, customer, history, reasons, and how it was passed on (newest first), ready to send to an agent with these skills.

    None if there is no such contact.
    """
    contact = await session.scalar(select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id))
    if contact is None:
        return None
    customer = await session.get_one(Customer, contact.customer_id)
    addresses = await session.execute(
        select(CustomerAddress.kind, CustomerAddress.value, CustomerAddress.opted_out_at).where(
            CustomerAddress.workspace_id == workspace, CustomerAddress.customer_id == customer.id
        )
    )
    earlier = await session.scalars(
        select(Contact)
        .where(Contact.workspace_id == workspace, Contact.customer_id == customer.id, Contact.id != contact_id)
        .order_by(Contact.id.desc())
        .limit(MOST_HISTORY)
    )
    decisions = (
        await session.scalars(
            select(Decision).where(Decision.workspace_id == workspace, Decision.contact_id == contact_id).order_by(Decision.rung.desc())
        )
    ).all()
    return {
        "contact": _contact(contact),
        "customer": {
            "id": customer.id,
            "name": customer.name,
            "attributes": customer.attributes,
            "addresses": [
                {"kind": kind, "value": value, "opted_out_at": moment(since) if since else None} for kind, value, since in addresses
            ],
        },
        "history": [_earlier(one, contact, skills) for one in earlier],
        "reasons": [*decisions[0].triage["reasons"], *decisions[0].route["reasons"]] if decisions else [],
        "transfers": [transfer for decision in decisions for transfer in reversed(decision.route.get("transfers") or [])],
    }


async def waiting(session: AsyncSession, workspace: str, contacts: Sequence[tuple[str, Mapping[str, str]]]) -> list[dict[str, Any]]:
    """Waiting contacts, each with its live hash, as an agent chooses from them. What a sensitive one says is shown once it is served."""
    found = await session.scalars(select(Contact).where(Contact.workspace_id == workspace, Contact.id.in_([one for one, _ in contacts])))
    rows = {row.id: row for row in found}
    return [_waiting(rows[contact], live) for contact, live in contacts if contact in rows]


def _waiting(contact: Contact, live: Mapping[str, str]) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "queue": live["queue"],
        "channel": contact.channel,
        "kind": contact.kind,
        "topic": contact.topic,
        "subject": None if contact.sensitive else contact.subject,
        "sensitive": contact.sensitive,
        "urgent": contact.urgent,
        "priority": contact.priority,
        "callback": "callback" in live,
        "enqueued_at": moment(from_ms(live["enqueued_at"])),
        "due_at": moment(from_ms(live["due_at"])),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "channel": contact.channel,
        "subject": contact.subject,
        "text": contact.text,
        "kind": contact.kind,
        "language": contact.language,
        "priority": contact.priority,
        "topic": contact.topic,
        "sensitive": contact.sensitive,
        "sensitive_kinds": contact.sensitive_kinds,
        "urgent": contact.urgent,
        "cell": contact.cell,
        "queue": contact.queue,
        "context": contact.context,
        "channel_ref": contact.channel_ref,
        "attachments": contact.attachments,
        "accepted_at": moment(contact.accepted_at),
        "callback": contact.callback_at is not None,
        "callback_phone": contact.callback_phone,
    }


def agent_sees(contact: Contact, now: Contact, skills: Collection[str]) -> bool:
    """Whether an agent is shown the words of an earlier contact while serving the one of now.

    Those of a sensitive one only if this one is sensitive, too, and the agent has every skill that the earlier one wanted: being trusted
    with one kind of matter is not being trusted with all.
    """
    if not contact.sensitive:
        return True
    return now.sensitive and all(need["skill"] == TIER or need["skill"] in skills for need in contact.requirement)


def _earlier(contact: Contact, now: Contact, skills: Collection[str]) -> dict[str, Any]:
    told = agent_sees(contact, now, skills)
    return {
        "id": contact.id,
        "same_case": contact.case_id == now.case_id,
        "sensitive": contact.sensitive,
        "channel": contact.channel,
        "topic": contact.topic if told else None,
        "subject": contact.subject if told else None,
        "text": contact.text if told else None,
        "state": contact.state,
        "outcome": contact.outcome,
        "agent": contact.agent,
        "disposition": contact.disposition if told else None,
        "notes": contact.notes if told else None,
        "accepted_at": moment(contact.accepted_at),
        "ended_at": moment(contact.ended_at) if contact.ended_at else None,
    }
