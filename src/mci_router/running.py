"""The service in a process: its parts and its loops, from the first connection to the last."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from mci_router.api.parts import Parts
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, in_the_log
from mci_router.routing.engine.processes import Roster
from mci_router.upkeep import Upkeep
from mci_router.values import value

log = logging.getLogger(__name__)


@value
class Running:
    """The parts of the service in a process, the loops beside the requests, and what is closed at the end, in order."""

    parts: Parts
    upkeep: Upkeep
    roster: Roster
    closing: Sequence[Callable[[], Awaitable[None]]]

    async def start(self) -> None:
        """Loads the functions and the workspaces, and starts the loops; without a server it starts all the same."""
        try:
            await self.parts.engine.load()
            await self.parts.snapshots.refresh()
            await self.roster.beat()
        except (DatabaseUnavailable, EngineUnavailable) as problem:
            log.warning("starting all the same: %s", in_the_log(problem))
        self.upkeep.start()

    async def close(self) -> None:
        """Stops the loops, and closes what is open."""
        await self.upkeep.stop()
        for close in self.closing:
            await close()
