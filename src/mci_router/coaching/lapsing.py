"""Lapsing: when a day begins on which an agent no longer has a skill, or has one again, everything follows that.

The day's change raises the workspace's revision, as a change of its configuration does: the live state gets the agents'
skills, offers that they no longer allow are taken back, and those who wait are looked at again, all by the same door.
"""

import logging
from datetime import date

from sqlalchemy import update

from mci_router.clock import utc_now
from mci_router.configuration.certificates import today
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.models.workspace import Workspace
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)


class Lapsing:
    """Follows the days of workspaces in which skills ask for certificates."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots
        self._looked: dict[str, tuple[int, date]] = {}

    async def turn(self, snapshot: Snapshot) -> None:
        """Looks whether the day has changed who has which skill. Idempotent. Raises DatabaseUnavailable."""
        workspace, now = snapshot.workspace_id, utc_now().astimezone(snapshot.spec.zone).date()
        if snapshot.day is None or now <= snapshot.day or self._looked.get(workspace) == (snapshot.revision, now):
            return
        day, others = await self._follow(snapshot)
        if others:
            await self._snapshots.changed(workspace)
        elif day >= now:
            self._looked[workspace] = snapshot.revision, now

    async def _follow(self, snapshot: Snapshot) -> tuple[date, bool]:
        """Raises the revision if agents' skills are others on the ledger's day. Returns that day, and whether."""
        workspace, before = snapshot.workspace_id, snapshot.day
        async with self._database.transaction() as session:
            day = await today(session, snapshot.spec.timezone)
            if before is None or snapshot.lapsed_on(day) == snapshot.lapsed_on(before):
                return day, False
            mine = Workspace.id == workspace, Workspace.revision == snapshot.revision
            raised = await session.execute(update(Workspace).where(*mine).values(revision=Workspace.revision + 1))
        if raised.rowcount:  # type: ignore[attr-defined]
            log.info("the skills of the agents of %s follow their certificates on %s", workspace, day)
        return day, True
