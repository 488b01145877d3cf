"""Recovery: what the ledger holds and the live state lacks is put back, by whichever process finds it."""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import EngineUnavailable
from mci_router.lifecycle.placing import Placing
from mci_router.models import Contact, IdempotencyKey
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.vocabulary import FINAL_STATES, ContactState

log = logging.getLogger(__name__)

BATCH = 500


class Recovery:
    """Finds contacts that lost their place, and workspaces whose live state is missing."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        placing: Placing,
        *,
        age_s: float,
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._placing = placing
        self._age = timedelta(seconds=age_s)
        self._audited = ""

    async def turn(self) -> None:
        """Does all of it. Raises EngineUnavailable when the rest is done, if a shard is away."""
        await each((self.check, self.place_forgotten, self.place_lost), lambda work: work())

    async def place_forgotten(self) -> int:
        """Places contacts that were committed but never reached the live state. Returns how many were tried.

        Raises:
            EngineUnavailable: when the others are placed, if a shard is away.
        """
        tried, away, more = 0, set[str](), True
        while more:  # a page may be full of those whose shard is away
            page, more = await self._forgotten(away), False
            for contact in page:
                if contact.workspace_id not in away and not await self._place_forgotten(contact):
                    away.add(contact.workspace_id)
                    more = True
            tried += len(page)
        if away:
            raise EngineUnavailable
        return tried

    async def place_lost(self) -> int:
        """Places open contacts of the ledger that the live state does not know, as after a failover that lost its last second.

        Looks at one page a call, and begins again at the end. Returns how many were placed.

        Raises:
            EngineUnavailable: when the others are placed, if a shard is away.
        """
        async with self._database.transaction() as session:
            query = select(Contact).where(Contact.id > self._audited, Contact.state.not_in(FINAL_STATES)).order_by(Contact.id).limit(BATCH)
            page = list(await session.scalars(query))
        self._audited = page[-1].id if len(page) == BATCH else ""
        placed = 0

        async def look(contacts: Sequence[Contact]) -> None:
            nonlocal placed
            known = await self._engine.known([(contact.workspace_id, contact.id) for contact in contacts])
            for contact in (contact for contact, live in zip(contacts, known, strict=True) if not live):
                await self._placing.place(await self._snapshots.get(contact.workspace_id), contact)
                placed += 1
                log.warning("contact %s was %s in the ledger but had no place; it has one again", contact.id, contact.state)

        await each(_by_workspace(page), look)
        return placed

    async def forget_answers(self, keep_s: float) -> None:
        """Drops idempotency keys that nobody will send again."""
        async with self._database.transaction() as session:
            await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < utc_now() - timedelta(seconds=keep_s)))

    async def check(self) -> None:
        """Rebuilds every workspace whose live state is missing, as after Redis was emptied."""
        await each([snapshot.workspace_id for snapshot in self._snapshots.held()], self._engine.ensure_built)

    async def _forgotten(self, away: Collection[str]) -> Sequence[Contact]:
        query = (
            select(Contact)
            .where(Contact.state == ContactState.ACCEPTED, Contact.accepted_at < utc_now() - self._age, Contact.workspace_id.not_in(away))
            .order_by(Contact.accepted_at)
            .limit(BATCH)
        )
        async with self._database.transaction() as session:
            return list(await session.scalars(query))

    async def _place_forgotten(self, contact: Contact) -> bool:
        """False if its shard is away."""
        try:
            standing = await self._placing.place(await self._snapshots.get(contact.workspace_id), contact)
        except EngineUnavailable:
            return False
        if standing.status is Status.OK:
            log.warning("contact %s was accepted but had no place; it is %s now", contact.id, standing.state)
        return True


def _by_workspace(page: Sequence[Contact]) -> list[list[Contact]]:
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for contact in page:
        contacts[contact.workspace_id].append(contact)
    return list(contacts.values())
