"""What every process does about incidents beside the requests: it looks which are open, informs subscribers, and hears
of surges.
"""

import logging

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.held import OpenIncidents
from mci_router.incidents.informing import Informing
from mci_router.incidents.proposing import Surge, propose
from mci_router.incidents.telling import Telling
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentState

log = logging.getLogger(__name__)


class IncidentWork:
    """The loops of incidents. Any process may do any of it at any time."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, held: OpenIncidents) -> None:
        self._database = database
        self._held = held
        self._telling = Telling(database, engine)
        self._informing = Informing(database, engine, snapshots)

    async def refresh(self) -> None:
        """Looks which incidents are open. Raises DatabaseUnavailable."""
        await self._held.refresh()

    async def tell(self) -> None:
        """Journals what became of incidents. Raises EngineUnavailable when all others are told, if a shard is away."""
        await self._telling.turn()

    async def inform(self) -> None:
        """Informs subscribers. Raises EngineUnavailable when all others are informed, if a shard is away."""
        await self._informing.turn()

    async def propose(self, snapshot: Snapshot, surge: Surge) -> None:
        """Proposes the incident of a surge, unless there is one. Harmless to repeat. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            made = await propose(session, snapshot, surge)
        if made is None:
            return
        log.warning("a surge of %s in %s: incident %s is %s", surge.topic, snapshot.workspace_id, made.id, made.state)
        if made.state is IncidentState.OPEN:
            await self._held.changed(snapshot)
