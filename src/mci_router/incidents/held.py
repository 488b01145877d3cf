"""The open incidents of every workspace, held by each process, so that deciding about a contact asks nobody.

A process sees its own changes at once and those of others within a second. One that could not look for a while holds
none: better an agent than an outage that may be over.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.coverage import coverage
from mci_router.models import Incident
from mci_router.routing.policy.incidents import OpenIncident, folded
from mci_router.specs.resources import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentState

STALE_S = 30  # thirty refreshes missed: the ledger is away


class OpenIncidents:
    """`clock` gives seconds that never go back."""

    def __init__(
        self, database: Database, snapshots: Snapshots, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._clock = clock
        self._held: dict[str, Sequence[OpenIncident]] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()  # what was read before a change never replaces what was read after it

    def held(self, workspace: str) -> Sequence[OpenIncident]:
        """The open incidents of a workspace."""
        fresh = self._clock() - self._read_at <= STALE_S
        return self._held.get(workspace, ()) if fresh else ()

    async def refresh(self) -> None:
        """Reads the open incidents of all workspaces. Raises DatabaseUnavailable."""
        async with self._reading:
            began = self._clock()
            async with self._database.transaction() as session:
                rows = await _open(session)
            topics = {snapshot.workspace_id: snapshot.topics for snapshot in self._snapshots.cached()}
            held: dict[str, list[OpenIncident]] = defaultdict(list)
            for row in rows:
                held[row.workspace_id].append(open_incident(row, topics.get(row.workspace_id, {})))
            self._held, self._read_at = dict(held), began

    async def changed(self, snapshot: Snapshot) -> None:
        """After a change here: this process decides by it from now on."""
        async with self._reading:
            async with self._database.transaction() as session:
                rows = await _open(session, snapshot.workspace_id)
            self._held[snapshot.workspace_id] = [open_incident(row, snapshot.topics) for row in rows]


def open_incident(row: Incident, topics: Mapping[str, TopicSpec]) -> OpenIncident:
    """An incident's row as contacts are matched with it."""
    covered = coverage(topics, row.topics, row.services)
    return OpenIncident(
        id=row.id,
        topics=covered.topics,
        partly=covered.partly,
        services=frozenset(map(folded, row.services)),
        regions=frozenset(map(folded, row.regions)),
        status=row.status,
        title=row.title,
        opened_at=row.declared_at or row.created_at,
        expected_fix_at=row.expected_fix_at,
        update=row.updates,
    )


async def _open(session: AsyncSession, workspace: str | None = None) -> Sequence[Incident]:
    query = select(Incident).where(Incident.state == IncidentState.OPEN)
    if workspace is not None:
        query = query.where(Incident.workspace_id == workspace)
    return (await session.scalars(query.order_by(Incident.id))).all()
