"""Backfill: segments and facts of contacts from before there were any, the newest first, while the service runs."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.insight import arrival_facts
from mci_router.insight.segments import recount
from mci_router.models import Backfill, Contact

PENDING = "EXISTS (SELECT FROM backfills WHERE begins_at <= now())"
"""Whether there is something to count, in SQL."""

BATCH = 500  # contacts a turn: short transactions


class SegmentBackfill:
    """Counts segments from the events that the ledger has. One process at a time; any goes on where another stopped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turn(self) -> bool:
        """Counts those of some contacts. Returns whether there is more to do. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            backfill = await _due(session, utc_now())
            if backfill is None:
                return False
            page = await _page(session, backfill)
            for workspace, contacts in page.items():
                arrived = await arrival_facts.arrive(session, workspace, contacts)
                await recount(session, workspace, contacts)
                await arrival_facts.count(session, workspace, arrived)
            oldest = min((min(contacts) for contacts in page.values()), default=None)
            if oldest is None:
                await session.delete(backfill)
            else:
                backfill.before = oldest
        return True


async def _due(session: AsyncSession, now: datetime) -> Backfill | None:
    query = select(Backfill).where(Backfill.begins_at <= now).order_by(Backfill.begins_at).limit(1)
    return (await session.scalars(query.with_for_update(skip_locked=True))).one_or_none()


async def _page(session: AsyncSession, backfill: Backfill) -> dict[str, list[str]]:
    """Returns the next contacts by workspace."""
    query = (
        select(Contact.workspace_id, Contact.id)
        .where(Contact.id < backfill.before, Contact.id >= backfill.down_to)
        .order_by(Contact.id.desc())
        .limit(BATCH)
    )
    page: dict[str, list[str]] = defaultdict(list)
    for workspace, contact in await session.execute(query):
        page[workspace].append(contact)
    return page
