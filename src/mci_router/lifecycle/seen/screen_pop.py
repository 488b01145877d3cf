"""The agent desk's screen pop: all that an agent sees of a contact when it is offered.

For a mere claim the agent sees what the contact itself says, and nothing of the customer it names, until somebody has
verified it.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.conversations.messages import MessageData
from mci_router.conversations.reading import window
from mci_router.lifecycle.seen.already_told import already_told
from mci_router.lifecycle.seen.case_window import agent_sees, kept_from
from mci_router.lifecycle.seen.screen_pop_look import ScreenPopLook, Seen
from mci_router.lifecycle.seen.screen_pop_statements import MOST_MESSAGES
from mci_router.models import Contact
from mci_router.routing.live_contact import LiveContact
from mci_router.specs.crm import crm_link
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Modality, Trust

LOOKS, AGAIN_S = 10, 0.02  # for a decision that is being committed


async def screen_pop(
    look: ScreenPopLook,
    workspace: str,
    contact_id: str,
    agent: str,
    skills: Collection[str],
    rung: int = 0,
    crm: tuple[str | None, str] = (None, ""),
    threads: str | None = None,
    *,
    scores: bool = False,
) -> dict[str, Any] | None:
    """Returns contact, customer, history, reasons, what the customer was told, transfers (newest first), what
    agents have found out by a guide, and the conversation's last messages, ready to send to an agent.

    `skills` are the agent's; `rung` is the contact's in the live state, of which the ledger may hear a moment later;
    `crm` is the template of the workspace's CRM, and the agent's name; below `threads` are the pages of its posts.
    `scores`: agents see what customers answered to surveys.
    None if there is no such contact.
    """
    seen = await _decided(look, workspace, contact_id, agent, rung, scores=scores)
    if seen is None:
        return None
    contact, case, decisions = seen.contact, seen.case, seen.decisions
    unread, messages = await _talk(look, workspace, seen, agent, skills)
    passed_on = contact.passed_on and contact.passed_on["decision"]
    latest = passed_on or (decisions[0] if decisions else None)
    routes = [*([passed_on["route"]] if passed_on else []), *(decision["route"] for decision in decisions)]
    who = known_as(contact, case)
    shown = _customer(contact, case, who, seen.customer, seen.addresses)
    posted = any(route.get("post") for route in routes)
    return {
        "contact": _contact(contact, case, seen.linked, _thread(seen.thread, threads), posted=posted),
        "customer": shown,
        "crm_url": crm_link(crm[0], _for_crm(contact, shown if who else None, crm[1])),
        "history": [_earlier(SimpleNamespace(**one), contact, skills) for one in seen.history],
        "reasons": [*latest["triage"]["reasons"], *latest["route"]["reasons"]] if latest else [],
        "told": [{**one, "at": _moment(one["at"])} for one in already_told(decisions, seen.replies)],
        "transfers": [transfer for route in routes for transfer in reversed(route.get("transfers") or [])],
        "guided": [{**one, "at": _moment(one["at"])} for one in seen.guided],
        "runs": [{**one, "created_at": _moment(one["created_at"])} for one in seen.runs],
        "conversation": {"last_seq": case.last_seq, "unread": unread},
        "messages": messages,
    }


async def _decided(
    look: ScreenPopLook, workspace: str, contact: str, agent: str, rung: int, *, scores: bool
) -> Seen | None:
    """Returns what the ledger has of a contact, once it has the decision about a rung, if that comes soon."""
    seen = None
    for _ in range(LOOKS):
        seen = await look.seen(workspace, contact, agent, scores=scores)
        if seen is None or not seen.decisions or seen.decisions[0]["rung"] >= rung:
            break
        await asyncio.sleep(AGAIN_S)
    return seen


async def _talk(
    look: ScreenPopLook, workspace: str, seen: Seen, agent: str, skills: Collection[str]
) -> tuple[int, Sequence[MessageData]]:
    """Returns how many messages the agent has not read, and the last ones; where there are more, or some are kept from
    the agent, by another look.
    """
    hidden = kept_from((SimpleNamespace(**one) for one in seen.kept), seen.contact, skills)
    if seen.whole and not hidden:
        return seen.unread, seen.messages
    said = await window(look.database, workspace, seen.case.id, limit=MOST_MESSAGES, reader=agent, without=hidden)
    return said.unread, said.items


def pages_of_posts(snapshot: Snapshot) -> str | None:
    """Returns the path below which the community has its posts' pages; None where it has none."""
    return f"/community/{snapshot.spec.name}/posts/" if snapshot.spec.community else None


def _thread(post: Any, threads: str | None) -> dict[str, Any] | None:
    """Returns the post in which the community was asked; None if it was not, or everybody may not read it now."""
    return {**vars(post), "url": f"{threads}{post.id}" if threads else None} if post else None


def known_as(contact: Any, case: Any) -> str | None:
    """Returns the customer whom the contact is known to be of; None for a mere claim."""
    who: str = case.verified_as if case.verified_at and case.verified_as else contact.customer_id
    return who if case.verified_at or contact.trust != Trust.CLAIMED else None


def _customer(contact: Any, case: Any, who: str | None, customer: Any, known: Sequence[Any]) -> dict[str, Any]:
    given, verified = contact.identity.get("addresses", []), case.verified_at is not None
    own = {(one["kind"], one["value"]): Trust.VERIFIED if verified else one["trust"] for one in given if one["value"]}
    left_alone: dict[tuple[str, str], str] = {}
    failing: dict[tuple[str, str], str] = {}
    name, attributes, addresses = contact.identity.get("name"), contact.identity.get("attributes", {}), own
    if who:
        name, attributes = customer.name, customer.attributes
        owned = {(one["kind"], one["value"]): one["trust"] for one in known}
        left_alone = {(one["kind"], one["value"]): _moment(since) for one in known if (since := one["opted_out_at"])}
        failing = {(one["kind"], one["value"]): _moment(since) for one in known if (since := one["failing_since"])}
        addresses = owned | (own if verified else {key: trust for key, trust in own.items() if key not in owned})
    return {
        "id": who or contact.customer_id,
        "name": name,
        "attributes": attributes,
        "trust": Trust.VERIFIED if verified else contact.trust,
        "verified_at": _moment(case.verified_at) if case.verified_at else None,
        "verified_by": case.verified_by,
        "addresses": [
            {
                "kind": kind,
                "value": value,
                "trust": trust,
                "opted_out_at": left_alone.get((kind, value)),
                "failing_since": failing.get((kind, value)),
            }
            for (kind, value), trust in addresses.items()
        ],
    }


def _for_crm(contact: Any, customer: Mapping[str, Any] | None, agent: str) -> dict[str, str | None]:
    """Returns the values of a link into the CRM; those of the customer only where it is known who that is."""
    values = {"case_id": contact.case_id, "contact_id": contact.id, "agent": agent}
    if customer is None:
        return values
    firmest = sorted(customer["addresses"], key=lambda address: Trust(address["trust"]).rank)
    return values | {"customer_id": customer["id"]} | {one["kind"]: one["value"] for one in firmest}


def _moment(written: str) -> str:
    """Returns a time as every frame has it, of one as a document of the ledger has it."""
    return moment(datetime.fromisoformat(written))


async def waiting(
    session: AsyncSession, workspace: str, contacts: Sequence[tuple[str, LiveContact]], fits: Collection[str]
) -> list[dict[str, Any]]:
    """Returns waiting contacts, each with its live state, for an agent to choose from, who has room for those in
    `fits`.

    A sensitive one's words are shown once it is served.
    """
    query = select(Contact).where(Contact.workspace_id == workspace, Contact.id.in_([one for one, _ in contacts]))
    rows = {row.id: row for row in await session.scalars(query)}
    return [_waiting(rows[contact], live, contact in fits) for contact, live in contacts if contact in rows]


def _waiting(contact: Contact, live: LiveContact, fits: bool) -> dict[str, Any]:
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
        "room": fits,
    }


def _contact(
    contact: Any, case: Any, linked: Sequence[str], thread: Mapping[str, Any] | None, *, posted: bool
) -> dict[str, Any]:
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "case_reference": case.reference,
        "linked_cases": linked,
        "channel": contact.channel,
        "provider": contact.provider,
        "visibility": contact.visibility,
        "modality": Modality.of_answers(contact),
        "posted": posted,
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
        "thread": thread,
        "call": contact.call,
        "attachments": contact.attachments,
        "accepted_at": _moment(contact.accepted_at),
        "callback": contact.callback_at is not None,
        "callback_phone": contact.callback_phone,
        "disposition": contact.disposition,
        "notes": contact.notes,
    }


def _earlier(contact: Any, now: Any, skills: Collection[str]) -> dict[str, Any]:
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
        "accepted_at": _moment(contact.accepted_at),
        "ended_at": _moment(contact.ended_at) if contact.ended_at else None,
        "survey": contact.survey if shown else None,
    }
