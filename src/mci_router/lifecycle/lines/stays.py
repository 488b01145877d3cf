"""Stays: what the ledger knows of the segments of open contacts, for a live state that is made again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms
from mci_router.database import Database
from mci_router.insight.segments import recount
from mci_router.models import Contact, Segment
from mci_router.routing.policy.hours import open_s
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState, LeftAs, Outcome

PAGE = 500  # contacts
WAITING = (ContactState.QUEUED, ContactState.OFFERED)


async def stays_of(session: AsyncSession, workspace: str, contacts: Sequence[Any]) -> dict[str, list[Segment]]:
    """Returns the segments of open contacts, in order. Counts those of which the ledger has none yet."""
    queued = [contact for contact in contacts if contact.outcome is Outcome.AGENT and contact.queue]
    if not queued:
        return {}
    stays = await _read(session, workspace, queued)
    if missing := [contact for contact in queued if contact.id not in stays]:
        await recount(session, workspace, [contact.id for contact in missing])
        stays |= await _read(session, workspace, missing)
    return stays


async def _read(session: AsyncSession, workspace: str, contacts: Sequence[Any]) -> dict[str, list[Segment]]:
    query = (
        select(Segment)
        .where(Segment.workspace_id == workspace, Segment.contact_id.in_([contact.id for contact in contacts]))
        .where(Segment.entered_at >= min(contact.accepted_at for contact in contacts))  # few partitions
        .order_by(Segment.contact_id, Segment.n)
    )
    stays: dict[str, list[Segment]] = defaultdict(list)
    for stay in await session.scalars(query):
        stays[stay.contact_id].append(stay)
    return dict(stays)


def resumed(snapshot: Snapshot, contact: Any, stays: Sequence[Segment], now: datetime) -> dict[str, Any]:
    """Returns the clocks of a contact as `restore` takes them. What it has waited until now is in them."""
    if not stays or stays[-1].left_at:
        return {}
    if stays[-1].n < contact.segment:
        return {"ended": _ended(stays[-1], contact), "waited": round(sum(stay.waited_s for stay in stays) * 1000)}
    *before, stay = stays
    waited_s = stay.waited_s
    if contact.state in WAITING:
        queue = snapshot.queues.get(stay.queue)
        waited_s = open_s(stay.entered_at, now, queue.hours if queue else None)
    times_s = {
        "waited": sum(other.waited_s for other in before) + waited_s,
        "segment_waited": waited_s,
        "queue_waited": sum(other.waited_s for other in _in_same_queue(before, stay.queue)),
        "held": stay.held_s,
        ("parked" if _interrupts(snapshot, stay.queue) else "awaited"): stay.parked_s,
    }
    times = {name: round(seconds * 1000) for name, seconds in times_s.items() if seconds}
    about = {"segment": stay.n, "entered_at": to_ms(stay.entered_at), "segment_offers": stay.offers}
    return {**about, **times, "waits_since": to_ms(now)}


def _interrupts(snapshot: Snapshot, name: str) -> bool:
    """Returns whether what a contact was parked for may have been an interruption: then it was handled meanwhile."""
    queue = snapshot.queues.get(name)
    return queue is not None and queue.interruptible


def _ended(stay: Segment, contact: Any) -> dict[str, Any]:
    """Returns what is to be journalled of a stay that a committed move has ended, unknown to the live state."""
    moments = {name: getattr(stay, name) for name in ("entered_at", "due_at", "answered_at")}
    facts = {
        "segment": stay.n,
        "queue": stay.queue,
        "rung": max(0, contact.rung - 1),
        "agent": stay.agent,
        "segment_offers": stay.offers,
        "target_ms": None if stay.target_s is None else round(stay.target_s * 1000),
        "segment_waited": round(stay.waited_s * 1000),
        "held": round(stay.held_s * 1000),
        "parked": round(stay.parked_s * 1000),
        **{name: to_ms(at) for name, at in moments.items() if at},
    }
    return {"left_as": LeftAs.TRANSFERRED, "stay": {name: fact for name, fact in facts.items() if fact is not None}}


def _in_same_queue(before: Sequence[Segment], queue: str) -> Iterable[Segment]:
    """Yields the stays just before, without another queue between."""
    for stay in reversed(before):
        if stay.queue != queue:
            return
        yield stay


async def recount_all(database: Database, workspace: str) -> int:
    """Makes all segments of a workspace again from its journal, some contacts at a time. Returns how many there are."""
    counted, page = 0, [""]
    while page:
        async with database.transaction() as session:
            query = select(Contact.id).where(Contact.workspace_id == workspace, Contact.id > page[-1])
            page = list(await session.scalars(query.order_by(Contact.id).limit(PAGE)))
            counted += await recount(session, workspace, page) if page else 0
    return counted
