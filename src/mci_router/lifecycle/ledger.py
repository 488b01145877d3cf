"""Reading contacts: the ledger's rows, with the live state laid over those that are open, so that clients see their own writes."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms
from mci_router.errors import EngineUnavailable, NotFound
from mci_router.models import Contact, Decision, Event
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactKind, ContactState, Outcome

LIVE_MOMENTS = ("enqueued_at", "answered_at", "handled_at", "ended_at")
MOST_EVENTS = 1_000


async def contact(session: AsyncSession, engine: Engine, workspace: str, contact_id: str, *, sensitive: bool) -> Contact:
    """A contact as it stands now. One the caller may not see is NotFound like one that is not there."""
    query = select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id)
    found = await session.scalar(query if sensitive else query.where(Contact.sensitive.is_(False)))
    if found is None:
        raise NotFound(f"There is no contact {contact_id!r} in this workspace, or this key may not see it.")
    await lay_over(session, engine, workspace, [found])
    return found


async def contacts(
    session: AsyncSession,
    engine: Engine,
    workspace: str,
    *,
    sensitive: bool,
    state: ContactState | None,
    queue: str | None,
    kind: ContactKind | None,
    after: str | None,
    limit: int,
) -> list[Contact]:
    """Contacts, newest first, older than the contact `after`. The filters read the ledger, which follows within milliseconds."""
    query = select(Contact).where(Contact.workspace_id == workspace).order_by(Contact.id.desc()).limit(limit)
    if not sensitive:
        query = query.where(Contact.sensitive.is_(False))
    if state:
        query = query.where(Contact.state == state)
    if queue:
        query = query.where(Contact.queue == queue)
    if kind:
        query = query.where(Contact.kind == kind)
    if after:
        query = query.where(Contact.id < after)
    found = list(await session.scalars(query))
    await lay_over(session, engine, workspace, found)
    return found


async def lay_over(session: AsyncSession, engine: Engine, workspace: str, rows: Sequence[Contact]) -> None:
    """Sets the live state on rows that are still open. The rows leave the session: what is laid over is never written."""
    session.expunge_all()
    still_open = [row for row in rows if not row.state.final]
    if not still_open:
        return
    try:
        hashes = await engine.contacts(workspace, [row.id for row in still_open])
    except EngineUnavailable:
        return
    for row, live in zip(still_open, hashes, strict=True):
        if live and int(live["rung"]) >= row.rung:
            _lay_over_one(row, live)


def _lay_over_one(row: Contact, live: dict[str, Any]) -> None:
    row.state = ContactState(live["state"])
    row.outcome, row.rung = Outcome(live["outcome"]), int(live["rung"])
    row.queue = live.get("queue") or (row.queue if row.outcome is Outcome.AGENT else None)
    for fact, value in live_facts(live).items():
        setattr(row, fact, value)
    row.agent = live.get("agent") if live.get("assignment") else None
    row.disposition = live.get("disposition") or row.disposition
    row.notes = live.get("notes") or row.notes
    for moment in LIVE_MOMENTS:
        setattr(row, moment, from_ms(live[moment]) if live.get(moment) else None)


def live_facts(live: dict[str, Any]) -> dict[str, Any]:
    """What only the live state knows of an open contact."""
    offered = live.get("second") or (live.get("agent") if live.get("offer") else None)
    flags = {"transferring": "transfer", "interrupted": "paused", "agent_lost": "agent_lost"}
    relaxed, steps = int(live.get("step", 0)), json.loads(live.get("steps", "[]"))
    relaxation = {"relaxed": relaxed, "relaxed_fully": bool(steps) and relaxed == len(steps)}
    return {"offered_to": offered} | relaxation | {fact: field in live for fact, field in flags.items()}


async def decisions(session: AsyncSession, workspace: str, contact_id: str) -> list[Decision]:
    """A contact's decisions, the first rung's first."""
    query = select(Decision).where(Decision.workspace_id == workspace, Decision.contact_id == contact_id)
    return list(await session.scalars(query.order_by(Decision.rung)))


async def events(session: AsyncSession, workspace: str, contact_id: str) -> list[Event]:
    """A contact's journal entries, oldest first."""
    query = select(Event).where(Event.workspace_id == workspace, Event.contact_id == contact_id)
    return list(await session.scalars(query.order_by(Event.id).limit(MOST_EVENTS)))
