"""The agent desk's screen pop: all that an agent sees of a contact when it is offered.

For a mere claim the agent sees what the contact itself says, and nothing of the customer it names, until somebody has
verified it.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.models import Case, Contact, Customer, CustomerAddress, Decision
from mci_router.routing.live_contact import LiveContact
from mci_router.specs.base import TIER
from mci_router.vocabulary import Trust

MOST_HISTORY = 20  # earlier contacts, newest first: what fits a screen
MOST_ADDRESSES = 100


async def screen_pop(
    session: AsyncSession, workspace: str, contact_id: str, skills: Collection[str]
) -> dict[str, Any] | None:
    """Returns contact, customer, history, reasons and transfers (newest first), ready to send to an agent.

    `skills` are the agent's. None if there is no such contact.
    """
    contact = await session.scalar(select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id))
    if contact is None:
        return None
    case = await session.get_one(Case, contact.case_id)
    decisions = (
        await session.scalars(
            select(Decision)
            .where(Decision.workspace_id == workspace, Decision.contact_id == contact_id)
            .order_by(Decision.rung.desc())
        )
    ).all()
    passed_on = contact.passed_on and contact.passed_on["decision"]
    latest = passed_on or ({"triage": decisions[0].triage, "route": decisions[0].route} if decisions else None)
    routes = [*([passed_on["route"]] if passed_on else []), *(decision.route for decision in decisions)]
    return {
        "contact": _contact(contact),
        "customer": await _customer(session, contact, case),
        "history": [_earlier(one, contact, skills) for one in await _history(session, contact, case)],
        "reasons": [*latest["triage"]["reasons"], *latest["route"]["reasons"]] if latest else [],
        "transfers": [transfer for route in routes for transfer in reversed(route.get("transfers") or [])],
    }


def known_as(contact: Contact, case: Case) -> str | None:
    """Returns the customer whom the contact is known to be of; None for a mere claim."""
    if case.verified_at:
        return case.verified_as or contact.customer_id
    return contact.customer_id if contact.trust is not Trust.CLAIMED else None


async def _customer(session: AsyncSession, contact: Contact, case: Case) -> dict[str, Any]:
    who, given = known_as(contact, case), contact.identity.get("addresses", [])
    verified = case.verified_at is not None
    own = {(one["kind"], one["value"]): Trust.VERIFIED if verified else one["trust"] for one in given if one["value"]}
    left_alone: dict[tuple[str, str], str] = {}
    name, attributes, addresses = contact.identity.get("name"), contact.identity.get("attributes", {}), own
    if who:
        customer = await session.get_one(Customer, who)
        name, attributes = customer.name, customer.attributes
        rows = await session.execute(
            select(CustomerAddress.kind, CustomerAddress.value, CustomerAddress.trust, CustomerAddress.opted_out_at)
            .where(CustomerAddress.workspace_id == contact.workspace_id, CustomerAddress.customer_id == who)
            .limit(MOST_ADDRESSES)
        )
        known = rows.all()
        owned = {(kind, value): trust for kind, value, trust, _ in known}
        left_alone = {(kind, value): moment(since) for kind, value, _, since in known if since}
        addresses = owned | (own if verified else {key: trust for key, trust in own.items() if key not in owned})
    return {
        "id": who or contact.customer_id,
        "name": name,
        "attributes": attributes,
        "trust": Trust.VERIFIED if verified else contact.trust,
        "verified_at": moment(case.verified_at) if case.verified_at else None,
        "verified_by": case.verified_by,
        "addresses": [
            {"kind": kind, "value": value, "trust": trust, "opted_out_at": left_alone.get((kind, value))}
            for (kind, value), trust in addresses.items()
        ],
    }


async def _history(session: AsyncSession, contact: Contact, case: Case) -> Sequence[Contact]:
    """Returns the customer's earlier contacts, with those verified to be of the same customer.

    For a mere claim it returns those of the contact's own case.
    """
    who = known_as(contact, case)
    cases = [case.id]
    if who:
        verified = select(Case.id).where(Case.workspace_id == contact.workspace_id, Case.verified_as == who)
        cases += (await session.scalars(verified.order_by(Case.id.desc()).limit(MOST_HISTORY))).all()
    newest = (
        select(Contact)
        .where(Contact.workspace_id == contact.workspace_id, Contact.id != contact.id)
        .order_by(Contact.id.desc())
        .limit(MOST_HISTORY)
    )
    earlier = {one.id: one for one in await session.scalars(newest.where(Contact.case_id.in_(cases)))}
    if who:
        earlier |= {one.id: one for one in await session.scalars(newest.where(Contact.customer_id == who))}
    return [earlier[key] for key in sorted(earlier, reverse=True)][:MOST_HISTORY]


async def waiting(
    session: AsyncSession, workspace: str, contacts: Sequence[tuple[str, LiveContact]]
) -> list[dict[str, Any]]:
    """Returns waiting contacts, each with its live state, for an agent to choose from.

    A sensitive one's words are shown once it is served.
    """
    query = select(Contact).where(Contact.workspace_id == workspace, Contact.id.in_([one for one, _ in contacts]))
    rows = {row.id: row for row in await session.scalars(query)}
    return [_waiting(rows[contact], live) for contact, live in contacts if contact in rows]


def _waiting(contact: Contact, live: LiveContact) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "queue": live.queue,
        "channel": contact.channel,
        "kind": contact.kind,
        "topic": contact.topic,
        "subject": None if contact.sensitive else contact.subject,
        "sensitive": contact.sensitive,
        "urgent": contact.urgent,
        "priority": contact.priority,
        "callback": live.callback,
        "enqueued_at": moment(live.enqueued_at) if live.enqueued_at else None,
        "due_at": moment(live.due_at) if live.due_at else None,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "channel": contact.channel,
        "provider": contact.provider,
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
    """Returns whether an agent may see the words of an earlier contact while serving the contact `now`.

    Those of a sensitive contact only if `now` is sensitive, too, and the agent has every skill that the earlier one
    wanted: an agent who is trusted with one kind of matter is not trusted with all.
    """
    if not contact.sensitive:
        return True
    return now.sensitive and all(need["skill"] == TIER or need["skill"] in skills for need in contact.requirement)


def _earlier(contact: Contact, now: Contact, skills: Collection[str]) -> dict[str, Any]:
    shown = agent_sees(contact, now, skills)
    return {
        "id": contact.id,
        "same_case": contact.case_id == now.case_id,
        "sensitive": contact.sensitive,
        "trust": contact.trust,
        "channel": contact.channel,
        "topic": contact.topic if shown else None,
        "subject": contact.subject if shown else None,
        "text": contact.text if shown else None,
        "state": contact.state,
        "outcome": contact.outcome,
        "agent": contact.agent,
        "disposition": contact.disposition if shown else None,
        "notes": contact.notes if shown else None,
        "accepted_at": moment(contact.accepted_at),
        "ended_at": moment(contact.ended_at) if contact.ended_at else None,
    }
