"""Work on incidents beside the requests: each process reads which are open, informs subscribers and handles surges."""

import logging
from collections.abc import Awaitable, Callable

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.informing import Informing, NewsText
from mci_router.incidents.journalling import Journalling
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.incidents.proposing import SurgeLike, propose
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentState

log = logging.getLogger(__name__)


class IncidentWork:
    """The loops of incidents. Any process may do any of it at any time."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        open_incidents: OpenIncidents,
        tell: Callable[[NewsText], Awaitable[None]] | None = None,
    ) -> None:
        self._database = database
        self._open_incidents = open_incidents
        self._journalling = Journalling(database, engine)
        self._informing = Informing(database, engine, snapshots, tell=tell)

    def restless(self) -> bool:
        """Returns whether a changed configuration concerns an open incident."""
        return self._open_incidents.restless()

    async def refresh(self) -> None:
        """Reads which incidents are open. Raises DatabaseUnavailable."""
        await self._open_incidents.refresh()

    async def journal(self) -> None:
        """Journals changes of incidents. Raises EngineUnavailable, after all other shards, if one is away."""
        await self._journalling.turn()

    async def inform(self) -> None:
        """Informs subscribers. Raises EngineUnavailable, after all other shards, if one is away."""
        await self._informing.turn()

    async def propose(self, snapshot: Snapshot, surge: SurgeLike) -> None:
        """Proposes the incident of a surge, unless there is one. Idempotent. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            made = await propose(session, snapshot, surge)
        if made is None:
            return
        log.warning("a surge of %s in %s: incident %s is %s", surge.topic, snapshot.workspace_id, made.id, made.state)
        if made.state is IncidentState.OPEN:
            await self._open_incidents.changed(snapshot)
