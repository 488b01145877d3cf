"""The projector: brings the journal into the ledger and the webhooks' outbox.

Idempotent by entry id: a replay changes nothing.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms
from mci_router.database import Database
from mci_router.events import EventType
from mci_router.insight import agent_states, arrival_facts, segments
from mci_router.insight.arrival_facts import ARRIVAL
from mci_router.routing.engine import Engine, participants, passed_on
from mci_router.routing.engine.journal import Journal
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import FINAL_STATES, OfferState
from mci_router.webhooks import filling

FATES: Mapping[str, OfferState] = {
    EventType.OFFER_CREATED: OfferState.PENDING,
    EventType.OFFER_ACCEPTED: OfferState.ACCEPTED,
    EventType.OFFER_DECLINED: OfferState.DECLINED,
    EventType.OFFER_EXPIRED: OfferState.EXPIRED,
    EventType.OFFER_REVOKED: OfferState.REVOKED,
    EventType.CONTACT_QUEUED: OfferState.REVOKED,
    EventType.CONTACT_ABANDONED: OfferState.REVOKED,
    EventType.CONTACT_CANCELLED: OfferState.REVOKED,
    EventType.CONTACT_RESOLVED: OfferState.REVOKED,
}
"""What becomes of an offer by an entry that names it."""

ENOUGH = 200  # entries that share a transaction without waiting for others: to gather more would save little
GRACE_S = 2  # for what is under way when the process stops

MOMENTS = ("enqueued_at", "entered_at", "answered_at", "handled_at", "ended_at")
FACTS = ("disposition", "notes")

INSERT_EVENTS = text(
    """
    INSERT INTO events (workspace_id, id, type, at, contact_id, agent, data)
    SELECT :workspace, e.id, e.type, e.at, e.contact_id, e.agent, e.data
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS e(id text, type text, at timestamptz, contact_id text, agent text, data jsonb)
    ON CONFLICT DO NOTHING
    """
)
# The state is that of the newest entry; facts, once known, stay. A rung that is committed and not in the live state yet
# is newer than any entry of an older rung, or of the question to which the customer has agreed since: else recovery
# would not find the contact. An end stays.
_NEWEST = """v.id > c.journal_id AND NOT (
        c.state = 'accepted' AND v.state NOT IN ('completed', 'abandoned', 'cancelled', 'resolved')
        AND (COALESCE(v.rung, c.rung) < c.rung OR (v.rung = c.rung AND v.asking IS NOT NULL AND NOT c.asking)))"""
# An agent may mend them.
_LAST_KNOWN = "CASE WHEN v.id > c.journal_id THEN COALESCE(v.{0}, c.{0}) ELSE COALESCE(c.{0}, v.{0}) END"
_STATE_COLUMNS = ("state", "agent", "answered_at", "handled_at", "ended_at", "parked_at")
UPDATE_CONTACTS = text(
    f"""
    UPDATE contacts c SET
      {", ".join(f"{column} = CASE WHEN {_NEWEST} THEN v.{column} ELSE c.{column} END" for column in _STATE_COLUMNS)},
      assignment_id = CASE WHEN {_NEWEST} THEN v.assignment ELSE c.assignment_id END,
      queue         = CASE WHEN {_NEWEST} THEN COALESCE(v.queue, c.queue) ELSE c.queue END,
      enqueued_at   = CASE WHEN {_NEWEST} THEN COALESCE(v.enqueued_at, c.enqueued_at) ELSE c.enqueued_at END,
      entered_at    = CASE WHEN {_NEWEST} THEN COALESCE(v.entered_at, c.entered_at) ELSE c.entered_at END,
      segment       = CASE WHEN {_NEWEST} THEN v.segment ELSE c.segment END,
      journal_id    = GREATEST(v.id, c.journal_id),
      disposition   = {_LAST_KNOWN.format("disposition")},
      notes         = {_LAST_KNOWN.format("notes")},
      arrival       = {ARRIVAL}
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS v(id text, contact text, state text, agent text, queue text, assignment text, enqueued_at timestamptz,
           entered_at timestamptz, segment int, rung int, asking text, answered_at timestamptz,
           handled_at timestamptz, ended_at timestamptz, parked_at timestamptz, disposition text, notes text)
    WHERE c.id = v.contact AND c.workspace_id = :workspace
    RETURNING c.id, old.arrival IS NULL AND new.arrival IS NOT NULL AS arrived
    """  # noqa: S608 — columns that stand above
)
UPSERT_OFFERS = text(
    """
    INSERT INTO offers (workspace_id, id, contact_id, agent, queue, state, why, created_at, ended_at)
    SELECT :workspace, o.id, o.contact, o.agent, o.queue, o.state, o.why, o.created_at, o.ended_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS o(id text, contact text, agent text, queue text, state text, why text,
           created_at timestamptz, ended_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET
      state      = CASE WHEN offers.state = 'pending' THEN excluded.state ELSE offers.state END,
      why        = COALESCE(offers.why, excluded.why),
      created_at = COALESCE(offers.created_at, excluded.created_at),
      ended_at   = COALESCE(offers.ended_at, excluded.ended_at)
    """
)
# A case ends with its last open contact. The lock comes first and alone: the next statement then sees every contact
# that joined.
LOCK_CASES = text(
    """
    SELECT id FROM cases WHERE workspace_id = :workspace AND status = 'open'
      AND id IN (SELECT case_id FROM contacts WHERE id = ANY(:contacts)) ORDER BY id FOR UPDATE
    """
)
CLOSE_CASES = text(
    """
    UPDATE cases SET status = 'closed', closed_at = now() WHERE id = ANY(:cases) AND NOT EXISTS (
      SELECT FROM contacts WHERE contacts.case_id = cases.id
        AND contacts.state NOT IN ('completed', 'abandoned', 'cancelled', 'resolved'))
    """
)


class Projection:
    """Brings the journals of workspaces into the ledger, as one reader among those of all processes.

    `gather_s`: entries that come within this time of a first one share its transaction. `seen` is called with the
    workspace when there are any.
    """

    def __init__(
        self, database: Database, engine: Engine, *, gather_s: float, seen: Callable[[str], None] | None = None
    ) -> None:
        self._database = database
        self._engine = engine
        self._gather_s = gather_s
        self._seen = seen
        self._consumer = uuid4().hex
        self._journals: dict[str, Journal] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def turn(self, workspace: str) -> None:
        """Projects what is new. Raises DatabaseUnavailable, EngineUnavailable: then any process projects it later."""
        journal = self._journals.setdefault(workspace, self._journal(workspace))
        if entries := await journal.unprojected():
            work = asyncio.create_task(self._project(journal, workspace, entries))
            self._under_way.add(work)
            work.add_done_callback(self._under_way.discard)
            work.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits for it
            await asyncio.shield(work)  # what is read is projected, also by a process that stops

    async def trim(self, workspace: str) -> None:
        """Drops entries that the ledger has had for ten minutes. Raises EngineUnavailable."""
        await self._journal(workspace).trim()

    async def close(self) -> None:
        """Waits a little for what is under way; what is left is projected by another process."""
        if under_way := list(self._under_way):
            await asyncio.wait(under_way, timeout=GRACE_S)
            for work in under_way:
                work.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _project(self, journal: Journal, workspace: str, entries: list[JournalEntry]) -> None:
        if self._seen:
            self._seen(workspace)
        if self._gather_s and len(entries) < ENOUGH:
            await asyncio.sleep(self._gather_s)
            entries = entries + await journal.more()
        async with self._database.transaction() as session:
            await project(session, workspace, entries)
        await journal.projected(entries)

    def _journal(self, workspace: str) -> Journal:
        return Journal(self._engine, workspace, self._consumer)


async def project(session: AsyncSession, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Writes entries of one workspace to the ledger and to the webhooks' outbox, in the transaction of the session.

    Sorted, so that two writers cannot deadlock.
    """
    entries = sorted(entries, key=lambda entry: entry.id)
    await _run(session, INSERT_EVENTS, workspace, [_event(entry) for entry in entries])
    arrived = await _update_contacts(session, workspace, entries)
    await passed_on.settle_all(session, workspace, entries)
    await participants.settle_all(session, workspace, entries)
    await _run(session, UPSERT_OFFERS, workspace, fold_offers(entries))
    ended = [entry.contact for entry in entries if entry.contact and entry.state in FINAL_STATES]
    if ended:
        cases = (await session.scalars(LOCK_CASES, {"workspace": workspace, "contacts": ended})).all()
        await session.execute(CLOSE_CASES, {"cases": list(cases)})
    await filling.fill(session, workspace, entries)
    await agent_states.keep(session, workspace, entries)
    # Last, for rows of facts are shared by all contacts of a quarter-hour: they are locked until the commit.
    await segments.write(session, workspace, entries)
    await arrival_facts.count(session, workspace, arrived)


async def _run(session: AsyncSession, statement: Any, workspace: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await session.execute(statement, {"workspace": workspace, "rows": json.dumps(rows)})


async def _update_contacts(session: AsyncSession, workspace: str, entries: Sequence[JournalEntry]) -> list[str]:
    """Brings contacts to where the entries leave them. Returns those that have arrived: the journal is new to them."""
    if not (rows := fold_contacts(entries)):
        return []
    updated = await session.execute(UPDATE_CONTACTS, {"workspace": workspace, "rows": json.dumps(rows)})
    return sorted(row.id for row in updated if row.arrived)


def _event(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "type": entry.type,
        "at": entry.at.isoformat(),
        "contact_id": entry.contact,
        "agent": entry.agent,
        "data": entry.data,
    }


def fold_contacts(entries: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    """Returns each contact as it is after its entries: a row each, sorted so that two writers cannot deadlock."""
    rows: dict[str, dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        if not entry.contact or entry.talk:
            continue
        data, row = entry.data, rows.setdefault(entry.contact, {"contact": entry.contact})
        row |= {"id": entry.id, "state": entry.state, "queue": entry.queue, "rung": entry.rung, "asking": entry.asking}
        row |= {"assignment": entry.assignment, "segment": data.get("segment", row.get("segment", 0))}
        row["agent"] = (entry.holder or entry.agent) if entry.assignment else None
        row |= {fact: data[fact] for fact in FACTS if data.get(fact)}
        row |= {moment: _moment(data[moment]) if data.get(moment) else None for moment in MOMENTS}
        row["parked_at"] = _moment(data["awaited_since"]) if data.get("awaited_since") else None
    return [rows[contact] for contact in sorted(rows)]


def fold_offers(entries: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    """Returns what became of each offer that the entries name: one row an offer."""
    rows: dict[str, dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        fate = FATES.get(entry.type)
        if not fate or not entry.offer:
            continue
        row = rows.setdefault(entry.offer, {"id": entry.offer, "contact": entry.contact, "agent": entry.agent})
        row |= {"state": fate, "queue": entry.data.get("to_queue") or entry.queue}
        row |= {"created_at" if fate is OfferState.PENDING else "ended_at": entry.at.isoformat()}
        if entry.why:
            row["why"] = entry.why
    return [rows[offer] for offer in sorted(rows)]


def _moment(ms: Any) -> str:
    return from_ms(ms).isoformat()
