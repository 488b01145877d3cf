"""Recovery: what the ledger holds and the live state lacks is put back, by whichever process finds it."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshot import Snapshot
from mci_router.configuration.snapshots import Snapshots, configure
from mci_router.database import Database
from mci_router.intake.delivery import Delivery, placement
from mci_router.models import Contact, IdempotencyKey, Offer
from mci_router.routing.engine import Engine
from mci_router.routing.standing import Status
from mci_router.vocabulary import FINAL_STATES, ContactState, OfferState

log = logging.getLogger(__name__)

BATCH = 500


class Recovery:
    """Finds contacts that lost their place, and makes a lost live state again."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        delivery: Delivery,
        *,
        age_s: float,
        short_abandon_s: float,
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._delivery = delivery
        self._age = timedelta(seconds=age_s)
        self._short_abandon_s = short_abandon_s
        self._audited = ""

    async def place_forgotten(self) -> int:
        """Places contacts that were committed but never reached the live state. Returns how many were tried."""
        async with self._database.transaction() as session:
            forgotten = await session.scalars(
                select(Contact)
                .where(Contact.state == ContactState.ACCEPTED, Contact.accepted_at < utc_now() - self._age)
                .order_by(Contact.accepted_at)
                .limit(BATCH)
            )
            contacts = list(forgotten)
        for contact in contacts:
            standing = await self._delivery.place(await self._snapshots.get(contact.workspace_id), contact)
            if standing.status is Status.OK:
                log.warning("contact %s was accepted but had no place; it is %s now", contact.id, standing.state)
        return len(contacts)

    async def rebuild(self, workspace: str) -> None:
        """Makes the live state of a workspace from the ledger. Processes may do it at once: the first to finish closes it."""
        snapshot = await self._snapshots.get(workspace)
        await configure(self._engine, snapshot)
        restored, after, began = 0, "", utc_now()
        while batch := await self._open_contacts(workspace, after):
            for contact in batch:
                if await self._engine.restore(workspace, restoration(snapshot, contact)) is Status.BUILT:
                    return
            restored, after = restored + len(batch), batch[-1].id
        await self._revoke_offers(workspace, began)
        await self._engine.mark_built(workspace, snapshot.revision, self._short_abandon_s)
        log.info("the live state of %s was built from the ledger: %d open contacts", snapshot.spec.name, restored)

    async def place_lost(self) -> int:
        """Places open contacts of the ledger that the live state does not know, as after a failover that lost its last second.

        Looks at one page a call, and begins again at the end. Returns how many were placed.
        """
        async with self._database.transaction() as session:
            query = select(Contact).where(Contact.id > self._audited, Contact.state.not_in(FINAL_STATES)).order_by(Contact.id).limit(BATCH)
            page = list(await session.scalars(query))
        self._audited = page[-1].id if len(page) == BATCH else ""
        lost = [contact for contact, known in zip(page, await self._engine.known(page_keys(page)), strict=True) if not known]
        for contact in lost:
            await self._delivery.place(await self._snapshots.get(contact.workspace_id), contact)
            log.warning("contact %s was %s in the ledger but had no place; it has one again", contact.id, contact.state)
        return len(lost)

    async def forget_answers(self, keep_s: float) -> None:
        """Drops idempotency keys that nobody will send again."""
        async with self._database.transaction() as session:
            await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < utc_now() - timedelta(seconds=keep_s)))

    async def check(self) -> None:
        """Rebuilds every workspace whose live state is missing, as after Redis was emptied."""
        for snapshot in self._snapshots.held():
            await self._engine.ensure_built(snapshot.workspace_id)

    async def _revoke_offers(self, workspace: str, before: datetime) -> None:
        """What was pending when the live state was lost never ended there."""
        async with self._database.transaction() as session:
            await session.execute(
                update(Offer)
                .where(Offer.workspace_id == workspace, Offer.state == OfferState.PENDING, Offer.created_at < before)
                .values(state=OfferState.REVOKED, why="live_state_lost", ended_at=before)
            )

    async def _open_contacts(self, workspace: str, after: str) -> list[Contact]:
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(Contact)
                .where(Contact.workspace_id == workspace, Contact.id > after, Contact.state.not_in(FINAL_STATES))
                .order_by(Contact.id)
                .limit(BATCH)
            )
            return list(found)


def page_keys(page: Sequence[Contact]) -> list[tuple[str, str]]:
    return [(contact.workspace_id, contact.id) for contact in page]


def restoration(snapshot: Snapshot, contact: Contact) -> dict[str, Any]:
    """What `restore` needs to put a contact back where the ledger last saw it."""
    arguments = placement(snapshot, contact).arguments()
    if contact.state in (ContactState.ASSIGNED, ContactState.WRAPPING_UP):
        arguments |= {"state": contact.state, "agent": contact.agent, "assignment": contact.assignment_id}
    for column in ("answered_at", "handled_at"):
        if at := getattr(contact, column):
            arguments[column] = to_ms(at)
    return arguments
