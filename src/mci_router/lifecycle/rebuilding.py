"""Rebuilding: the live state of a workspace is made from the ledger's open contacts, by one process at a time.

Nothing runs on a live state that is not complete, so what is read from the ledger stays true until it is: new contacts
are committed, and dispatched afterwards, as after any time without live queues.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshots import Snapshots, engine_times
from mci_router.database import Database
from mci_router.errors import EngineUnavailable
from mci_router.lanes import LedgerLanes
from mci_router.lifecycle.agents import suspended_agents
from mci_router.lifecycle.lines.stays import recount_all, resumed, stays_of
from mci_router.lifecycle.passing_on.taking_part import taking_part
from mci_router.lifecycle.passing_on.warm_transfers import place_beside
from mci_router.models import Contact, Offer, Segment, Workspace
from mci_router.outcomes import SETTLED, outcome_of
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.building import BUILD_LEASE_MS
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.passed_on import settle_lost
from mci_router.routing.engine.projector import project
from mci_router.routing.engine.shards import each
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.turns import Turns
from mci_router.values import value
from mci_router.vocabulary import FINAL_STATES, ContactState, OfferState

log = logging.getLogger(__name__)

PAGE = 2_000  # contacts read at once, while those of the page before are restored
BATCH = 100  # contacts a call; Valkey serves nobody else for those few milliseconds
AT_ONCE = 3  # steps of all rebuilds of a process, the workspaces in turn: contacts need the ledger meanwhile
POLL_S = 0.2
DRAIN_S = 60  # for the ledger to catch up with the journal of a live state that is dropped

NOT_NEEDED = (
    "text",
    "subject",
    "context",
    "attachments",
    "notes",
    "disposition",
    "channel_ref",
    "call",
    "masked",
    "skills",
)
COLUMNS = [column for column in Contact.__table__.columns if column.name not in NOT_NEEDED]
WITH_AN_AGENT = (ContactState.ASSIGNED, ContactState.WRAPPING_UP, ContactState.WAITING_FOR_CUSTOMER)


@value
class Rebuilt:
    """How many open contacts were put back, and how long it took; then how many segments were counted again."""

    contacts: int
    seconds: float
    segments: int = 0


class Rebuilding:
    """Builds live states from the ledger."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._lanes = LedgerLanes(database, AT_ONCE)
        self._engine = engine
        self._snapshots = snapshots
        self._turns = Turns(AT_ONCE)

    async def missing(self, workspace: str) -> None:
        """Builds a live state that is missing; returns when there is one, also if another process has built it."""
        made = await self._make_at_last(workspace, again=False)
        if made:
            log.info(
                "the live state of %s was made from the ledger: %d contacts in %.1f s",
                workspace,
                made.contacts,
                made.seconds,
            )

    async def again(self, workspace: str) -> Rebuilt:
        """Drops the live state, if there is one, and builds it again. Routers may run at the same time.

        Raises:
            EngineUnavailable, DatabaseUnavailable: the routers go on with it when both are back.
        """
        made = None
        while made is None:
            made = await self._make_at_last(workspace, again=True)
        return made

    async def _make_at_last(self, workspace: str, *, again: bool) -> Rebuilt | None:
        """Builds the live state; None if another process did.

        Waits while another process builds, and takes over if it dies.
        """
        while True:
            builder = uuid4().hex
            status, stale = await self._engine.begin_build(workspace, builder, again=again)
            async with self._keeping_lease(workspace, builder):
                made = await self._make(workspace, builder, stale=stale) if status is Status.OK else status
            if isinstance(made, Rebuilt):
                return made
            if made is Status.BUILT:
                return None
            await asyncio.sleep(POLL_S)

    @asynccontextmanager
    async def _keeping_lease(self, workspace: str, builder: str) -> AsyncIterator[None]:
        async def renew() -> None:
            while True:
                await asyncio.sleep(BUILD_LEASE_MS / 3000)
                with suppress(EngineUnavailable):
                    await self._engine.begin_build(workspace, builder)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()

    async def _make(self, workspace: str, builder: str, *, stale: bool) -> Rebuilt | Status:
        """Builds the live state. BUILT: another process has built it; LOST: another process builds it now."""
        began, clock = utc_now(), time.monotonic()
        if stale:
            await self._drain(workspace, builder)
            await self._engine.drop(workspace)
        snapshot = await self._snapshots.get(workspace)
        await self._snapshots.configure(snapshot)
        contacts = await self._restore(snapshot, builder)
        if isinstance(contacts, Status):
            return contacts
        async with self._database.transaction() as session:
            await _revoke_offers(session, workspace, began)
            await settle_lost(session, workspace)
            suspended = await suspended_agents(session, workspace)
        if await self._engine.mark_built(workspace, snapshot.revision, builder, contacts, suspended) is not Status.OK:
            return Status.LOST
        await self._snapshots.built_with(snapshot)
        return Rebuilt(contacts, time.monotonic() - clock)

    async def _drain(self, workspace: str, builder: str) -> None:
        """Lets the ledger catch up with what the live state did last; other processes may do so at the same time."""
        journal, deadline = Journal(self._engine, workspace, builder), time.monotonic() + DRAIN_S
        while await journal.ahead():
            if time.monotonic() > deadline:
                log.warning(
                    "the ledger does not have all of the journal of %s; its live state is made without the rest",
                    workspace,
                )
                return
            if entries := await journal.unprojected(POLL_S):
                async with self._lanes.taken() as lane:
                    await project(lane, workspace, entries)
                await journal.projected(entries)

    async def _restore(self, snapshot: Snapshot, builder: str) -> int | Status:
        restored, page = 0, await self._page(snapshot.workspace_id, "")
        while page:
            following = asyncio.create_task(self._page(snapshot.workspace_id, page[-1].id))
            try:
                async with self._turns.turn(snapshot.workspace_id):
                    offers = await self._pending_offers(page)
                    async with self._database.transaction() as session:
                        stays = await stays_of(session, snapshot.workspace_id, page)
                        joined = await taking_part(session, snapshot.workspace_id, page)
                for batch in _batches(page):
                    async with self._turns.turn(snapshot.workspace_id):
                        status = await self._put_back(snapshot, builder, batch, offers, stays, joined)
                    if status is not Status.OK:
                        return status
                restored, page = restored + len(page), await following
            finally:
                following.cancel()
        return restored

    async def _put_back(
        self,
        snapshot: Snapshot,
        builder: str,
        batch: Sequence[Any],
        offers: dict[str, list[dict[str, str]]],
        stays: dict[str, list[Segment]],
        joined: dict[str, list[dict[str, Any]]],
    ) -> Status:
        contacts = [
            restoration(snapshot, contact, offers.get(contact.id, ()), stays.get(contact.id, ()))
            | ({"participants": joined[contact.id]} if contact.id in joined else {})
            for contact in batch
        ]
        return await self._engine.restore(snapshot.workspace_id, contacts, builder)

    async def _page(self, workspace: str, after: str) -> Sequence[Any]:
        query = (
            select(*COLUMNS)
            .where(Contact.workspace_id == workspace, Contact.id > after)
            .where(Contact.ended_at.is_(None), Contact.state.not_in(FINAL_STATES))
            .where(Contact.outcome.not_in(SETTLED))  # nothing has to serve it: recovery ends it
            .order_by(Contact.id)
            .limit(PAGE)
        )
        async with self._turns.turn(workspace), self._database.reading() as session:
            return (await session.execute(query)).all()

    async def _pending_offers(self, page: Sequence[Any]) -> dict[str, list[dict[str, str]]]:
        """Returns the pending offers by contact: the agents who got them must hear that they are revoked."""
        offered = [contact for contact in page if contact.state in (ContactState.OFFERED, ContactState.ASSIGNED)]
        pending: dict[str, list[dict[str, str]]] = defaultdict(list)
        if offered:
            query = select(Offer.contact_id, Offer.id, Offer.agent).where(
                Offer.workspace_id == offered[0].workspace_id,
                Offer.contact_id.in_([contact.id for contact in offered]),
                Offer.state == OfferState.PENDING,
            )
            async with self._database.reading() as session:
                for contact, offer, agent in await session.execute(query):
                    pending[contact].append({"id": offer, "agent": agent})
        return pending


async def rebuild(
    settings: Settings, database: Database, name: str | None, report: Callable[[str, Rebuilt], None]
) -> bool:
    """Builds the live state of one workspace again, or of all, then its segments, and reports each when it is done.

    Returns False if there is no such workspace.

    Raises:
        EngineUnavailable: when the others are done, if Redis, or the shard of a workspace, cannot be reached.
        DatabaseUnavailable: the ledger cannot be reached.
    """
    async with database.transaction() as session:
        query = (
            select(Workspace.id, Workspace.name)
            .where(Workspace.name == name if name else true())
            .order_by(Workspace.name)
        )
        workspaces = (await session.execute(query)).all()
    engine = Engine(settings.redis_url or "", timeout_s=settings.redis_timeout_s, lease_s=settings.lease_s)
    rebuilding = Rebuilding(database, engine, Snapshots(database, engine, engine_times(settings)))

    async def one(workspace: Any) -> None:
        made = await rebuilding.again(workspace.id)
        report(workspace.name, replace(made, segments=await recount_all(database, workspace.id)))

    try:
        await each(workspaces, one)
    finally:
        await engine.close()
    return bool(workspaces)


def restoration(
    snapshot: Snapshot, contact: Any, offers: Sequence[dict[str, str]] = (), stays: Sequence[Segment] = ()
) -> dict[str, Any]:
    """Returns what `restore` takes to put a contact back where the ledger last saw it."""
    arguments = outcome_of(contact).engine_call(snapshot, contact).arguments() | {"was": contact.state}
    arguments |= resumed(snapshot, contact, stays, utc_now())
    if contact.state in WITH_AN_AGENT:
        arguments |= {"state": contact.state, "agent": contact.agent, "assignment": contact.assignment_id}
    assigned = contact.state == ContactState.ASSIGNED and contact.assignment_id
    if contact.passed_on and contact.passed_on["assignment"] == assigned:
        arguments["passed_on_to"] = place_beside(snapshot, contact).arguments()
    for column, name in (("answered_at", "answered_at"), ("handled_at", "handled_at"), ("parked_at", "awaited_since")):
        if at := getattr(contact, column):
            arguments[name] = to_ms(at)
    return arguments | ({"offers": offers} if offers else {})


async def _revoke_offers(session: AsyncSession, workspace: str, before: datetime) -> None:
    """Revokes in the ledger the offers that were pending when the live state was lost."""
    await session.execute(
        update(Offer)
        .where(Offer.workspace_id == workspace, Offer.state == OfferState.PENDING, Offer.created_at < before)
        .values(state=OfferState.REVOKED, why="live_state_rebuilt", ended_at=before)
    )


def _batches(page: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (page[start : start + BATCH] for start in range(0, len(page), BATCH))
