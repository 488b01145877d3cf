"""Open incidents of every workspace, kept in each process, so that deciding about a contact needs no query.

A process sees its own changes at once and those of others within a second. One that could not read the ledger for a
while knows none: better an agent than an outage that may be over.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.coverage import coverage
from mci_router.models import Incident
from mci_router.routing.policy.incidents import OpenIncident, folded
from mci_router.specs.resources import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentState

STALE_S = 30  # three refreshes missed: the ledger is away
CHANGES = "SELECT md5(string_agg(concat_ws(' ', id, xmin), ',' ORDER BY id)) FROM incidents WHERE state = 'open'"
"""Is another value when an incident is opened, changed or no longer open."""


class OpenIncidents:
    """The open incidents as this process knows them. `clock` gives seconds that never go back."""

    def __init__(
        self, database: Database, snapshots: Snapshots, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._clock = clock
        self._incidents: dict[str, Sequence[OpenIncident]] = {}
        self._read_with: dict[str, int] = {}  # the configurations by which they were read
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()  # what was read before a change never replaces what was read after it

    def of(self, workspace: str) -> Sequence[OpenIncident]:
        """Returns the incidents of a workspace that answer contacts now; none if they were last read too long ago."""
        incidents = self._incidents.get(workspace)
        if not incidents or self._clock() - self._read_at > STALE_S:
            return ()
        now = utc_now()
        return [incident for incident in incidents if incident.in_force(now)]

    def restless(self) -> bool:
        """Returns whether an open incident was read by another configuration than that in force."""
        if not self._incidents:
            return False
        return any(
            self._read_with.get(snapshot.workspace_id) != snapshot.revision
            for snapshot in self._snapshots.cached()
            if snapshot.workspace_id in self._incidents
        )

    async def refresh(self) -> None:
        """Reads the open incidents of all workspaces. Raises DatabaseUnavailable."""
        async with self._reading:
            began = self._clock()
            async with self._database.reading() as session:
                rows = await _open(session)
            snapshots = self._snapshots.cached()
            topics = {snapshot.workspace_id: snapshot.topics for snapshot in snapshots}
            incidents: dict[str, list[OpenIncident]] = defaultdict(list)
            for row in rows:
                incidents[row.workspace_id].append(open_incident(row, topics.get(row.workspace_id, {})))
            self._incidents, self._read_at = dict(incidents), began
            self._read_with = {snapshot.workspace_id: snapshot.revision for snapshot in snapshots}

    async def changed(self, snapshot: Snapshot) -> None:
        """Reads a workspace's incidents again after a change in this process. Raises DatabaseUnavailable."""
        async with self._reading:
            async with self._database.reading() as session:
                rows = await _open(session, snapshot.workspace_id)
            self._incidents[snapshot.workspace_id] = [open_incident(row, snapshot.topics) for row in rows]


def open_incident(row: Incident, topics: Mapping[str, TopicSpec]) -> OpenIncident:
    """Returns an incident as contacts are matched with it."""
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
        expected_fix_at=row.expected_fix_at or row.ends_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        update=row.updates,
    )


async def _open(session: AsyncSession, workspace: str | None = None) -> Sequence[Incident]:
    query = select(Incident).where(Incident.state == IncidentState.OPEN)
    if workspace is not None:
        query = query.where(Incident.workspace_id == workspace)
    return (await session.scalars(query.order_by(Incident.id))).all()
