"""Reading contacts: the ledger's rows, with the live state laid over those that are open, so that clients see their own
writes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer
from sqlalchemy.orm.interfaces import ORMOption

from mci_router.errors import EngineUnavailable, NotFound
from mci_router.ids import earliest
from mci_router.models import Contact, Decision, Event
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ContactKind, ContactState, Outcome

MOST_EVENTS = 1_000
NEAR = timedelta(minutes=5)  # between the making of an id and the acceptance


@cache
def with_case() -> ORMOption:
    """Returns what has a query bring the references of cases, too; made at first use, since it takes all tables."""
    return undefer(Contact.case_reference)


async def contact(
    session: AsyncSession, engine: Engine, workspace: str, contact_id: str, *, sensitive: bool
) -> Contact:
    """Returns a contact as it is now. One that the caller may not see is NotFound, like one that does not exist."""
    row = await session.scalar(_one(sensitive=sensitive), {"workspace": workspace, "contact": contact_id})
    if row is None:
        raise NotFound(f"There is no contact {contact_id!r} in this workspace, or this key may not see it.")
    await lay_over(session, engine, workspace, [row])
    return row


@cache  # of all that is read, it is asked most often
def _one(*, sensitive: bool) -> Select[Contact]:
    query = select(Contact).where(Contact.workspace_id == bindparam("workspace"), Contact.id == bindparam("contact"))
    return (query if sensitive else query.where(Contact.sensitive.is_(False))).options(with_case())


async def contacts(
    session: AsyncSession,
    engine: Engine,
    workspace: str,
    *,
    sensitive: bool,
    state: ContactState | None,
    queue: str | None,
    kind: ContactKind | None,
    channel_ref: str | None = None,
    customer: str | None = None,
    topic: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None,
    limit: int,
) -> list[Contact]:
    """Returns contacts, newest first, older than the contact `after`.

    The filters read the ledger, which is milliseconds behind.
    """
    query = select(Contact).where(Contact.workspace_id == workspace).options(with_case())
    query = query.order_by(Contact.id.desc()).limit(limit)
    if not sensitive:
        query = query.where(Contact.sensitive.is_(False))
    if state:
        query = query.where(Contact.state == state)
        query = query if state.final else query.where(Contact.ended_at.is_(None))
    if queue:
        query = query.where(Contact.queue == queue)
    if kind:
        query = query.where(Contact.kind == kind)
    if channel_ref:
        query = query.where(Contact.channel_ref == channel_ref)
    if customer:
        query = query.where(Contact.customer_id == customer)
    if topic:
        query = query.where(Contact.topic == topic)
    if since:  # by the id as well, which begins with the time: so the index serves
        query = query.where(Contact.accepted_at >= since, Contact.id >= earliest("contact", since - NEAR))
    if until:
        query = query.where(Contact.accepted_at < until, Contact.id < earliest("contact", until + NEAR))
    if after:
        query = query.where(Contact.id < after)
    rows = list(await session.scalars(query))
    await lay_over(session, engine, workspace, rows)
    return rows


async def lay_over(session: AsyncSession, engine: Engine, workspace: str, rows: Sequence[Contact]) -> None:
    """Sets the live state on rows that are still open.

    The rows leave the session: what is laid over is never written.
    """
    session.expunge_all()
    still_open = [row for row in rows if not row.state.final]
    if not still_open:
        return
    try:
        lives = await engine.contacts(workspace, [row.id for row in still_open])
    except EngineUnavailable:
        return
    for row, live in zip(still_open, lives, strict=True):
        if live and live.rung >= row.rung:
            _lay_over_one(row, live)


def _lay_over_one(row: Contact, live: LiveContact) -> None:
    row.state, row.outcome, row.rung = live.state, live.outcome, live.rung
    row.queue = live.queue or (row.queue if row.outcome is Outcome.AGENT else None)
    for fact, value in live_facts(live).items():
        setattr(row, fact, value)
    row.agent = live.agent if live.assignment else None
    row.disposition, row.notes = live.disposition or row.disposition, live.notes or row.notes
    row.enqueued_at, row.answered_at, row.handled_at, row.ended_at = (
        live.enqueued_at,
        live.answered_at,
        live.handled_at,
        live.ended_at,
    )


def live_facts(live: LiveContact) -> dict[str, Any]:
    """Returns what only the live state knows of an open contact."""
    return {
        "offered_to": live.offered_to,
        "relaxed": live.step,
        "relaxed_fully": 0 < live.steps == live.step,
        "transferring": live.transferring,
        "to_queue": live.to_queue,
        "interrupted": live.interrupted,
        "agent_lost": live.agent_lost,
        "parked_at": live.parked_at,
        "inactive_at": live.inactive_at,
        "participants": live.participants,
    }


async def decisions(session: AsyncSession, workspace: str, contact_id: str) -> list[Decision]:
    """Returns a contact's decisions, the first rung's first."""
    query = select(Decision).where(Decision.workspace_id == workspace, Decision.contact_id == contact_id)
    return list(await session.scalars(query.order_by(Decision.rung)))


async def events(session: AsyncSession, workspace: str, contact_id: str) -> list[Event]:
    """Returns a contact's journal entries, oldest first."""
    query = select(Event).where(Event.workspace_id == workspace, Event.contact_id == contact_id)
    return list(await session.scalars(query.order_by(Event.id).limit(MOST_EVENTS)))
