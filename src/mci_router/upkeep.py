"""What runs beside the requests, in every process: refresh, recovery, volume, webhooks, and for each workspace its projector and timers.

No process leads. Each loop outlives any failure of its work: it logs it and goes on.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import uuid4

from mci_router.access.sessions import Sessions
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, Problem
from mci_router.incidents.work import IncidentWork
from mci_router.insight.handling import Handling
from mci_router.intake.customer_telling import CustomerTelling
from mci_router.learning.models import LiveModels
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.overflow_checks import OverflowChecks
from mci_router.lifecycle.recovery import Recovery
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.opening import tell_open
from mci_router.routing.engine.projector import project
from mci_router.routing.engine.shards import each
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.volume.keeping import Volumes
from mci_router.volume.meter import VolumeMeter
from mci_router.webhooks.dispatcher import Dispatcher

log = logging.getLogger(__name__)

TRIM_INTERVAL_S = 60
HOURS_INTERVAL_S = 1  # how late a queue opens or closes
FORGET_INTERVAL_S = 600
PAUSE_AFTER_FAILURE_S = 0.5


class Upkeep:
    """The loops of one process."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        delivery: Delivery,
        recovery: Recovery,
        meter: VolumeMeter,
        dispatcher: Dispatcher,
        incidents: IncidentWork,
        models: LiveModels,
        sessions: Sessions,
    ) -> None:
        self._settings = settings
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._delivery = delivery
        self._recovery = recovery
        self._customers = CustomerTelling(database, engine)
        self._overflow = OverflowChecks(database, engine, snapshots)
        self._volumes = Volumes(engine, meter, Handling(database))
        self._dispatcher = dispatcher
        self._incidents = incidents
        self._models = models
        self._sessions = sessions
        self._consumer = uuid4().hex
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def start(self) -> None:
        """Starts the loops; those of a workspace follow when it is seen."""
        settings = self._settings
        self._keep("refresh", self._refresh, settings.refresh_interval_s)
        self._keep("models", self._models.refresh, settings.refresh_interval_s)
        self._keep("recovery", self._recover, settings.recovery_interval_s)
        self._keep("forgetting", lambda: self._recovery.forget_answers(settings.idempotency_keep_s), FORGET_INTERVAL_S)
        self._keep("volume", self._keep_volumes, settings.volume_interval_s)
        self._keep("surges", self._find_surges, settings.volume_interval_s)
        self._keep("webhooks", self._dispatcher.turn, settings.webhook_interval_s)
        self._keep("incidents", self._incidents.refresh, settings.refresh_interval_s)
        self._keep("telling", self._incidents.tell, settings.refresh_interval_s)
        self._keep("telling of customers", self._customers.turn, settings.refresh_interval_s)
        self._keep("informing", self._incidents.inform, settings.refresh_interval_s)
        self._keep("forgetting deliveries", self._dispatcher.forget, FORGET_INTERVAL_S)

    async def stop(self) -> None:
        self._stopping = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._dispatcher.close()

    def _keep(self, name: str, work: Callable[[], Awaitable[object]], interval_s: float) -> None:
        if name not in self._tasks and not self._stopping:
            self._tasks[name] = asyncio.create_task(_repeat(name, work, interval_s), name=name)

    async def _refresh(self) -> None:
        await self._snapshots.refresh()
        await self._sessions.check()
        held = {snapshot.workspace_id: snapshot for snapshot in self._snapshots.held()}
        for snapshot in held.values():
            self._serve(snapshot)
        for name, task in list(self._tasks.items()):
            workspace = name.partition(" of ")[2]
            if workspace and workspace not in held:
                task.cancel()
                del self._tasks[name]

    def _serve(self, snapshot: Snapshot) -> None:
        workspace = snapshot.workspace_id
        journal = Journal(self._engine, workspace, self._consumer)
        self._keep(f"projector of {workspace}", lambda: self._project(workspace, journal), 0)
        self._keep(f"timers of {workspace}", lambda: self._fire(workspace), self._settings.timer_interval_s)
        self._keep(f"trim of {workspace}", journal.trim, TRIM_INTERVAL_S)
        self._keep(f"hours of {workspace}", lambda: self._keep_hours(workspace), HOURS_INTERVAL_S)

    async def _recover(self) -> None:
        await _all(self._recovery.check, self._recovery.place_forgotten, self._recovery.place_lost)

    async def _keep_volumes(self) -> None:
        await _all(self._volumes.flush, *(partial(self._volumes.keep, snapshot) for snapshot in self._snapshots.held()))

    async def _find_surges(self) -> None:
        await each(self._snapshots.held(), self._propose_incidents)

    async def _propose_incidents(self, snapshot: Snapshot) -> None:
        for surge in await self._volumes.surges(snapshot):
            await self._incidents.propose(snapshot, surge)

    async def _project(self, workspace: str, journal: Journal) -> None:
        entries = await journal.unprojected()
        if entries:
            async with self._database.transaction() as session:
                await project(session, workspace, entries)
            await journal.projected(entries)

    async def _fire(self, workspace: str) -> None:
        due = await self._engine.fire_timers(workspace)
        for contact in due.rungs:
            await _alone(contact, "rung limit", self._delivery.pass_limit(workspace, contact))
        for contact in due.overflows:
            await _alone(contact, "overflow time", self._overflow.check(workspace, contact))

    async def _keep_hours(self, workspace: str) -> None:
        queues = (await self._snapshots.get(workspace)).queues.values()
        if any(queue.hours for queue in queues):
            await tell_open(self._engine, workspace, queues, utc_now())


async def _alone(contact: str, timer: str, work: Awaitable[object]) -> None:
    """One contact that cannot move must not hold up the others."""
    try:
        await work
    except (EngineUnavailable, DatabaseUnavailable):
        raise
    except Problem as problem:
        log.warning("the %s of %s has passed to no effect: %s", timer, contact, problem.detail)


async def _all(*works: Callable[[], Awaitable[object]]) -> None:
    await each(works, lambda work: work())


async def _repeat(name: str, work: Callable[[], Awaitable[object]], interval_s: float) -> None:
    failing = False
    while True:
        began = time.monotonic()
        try:
            await work()
            if failing:
                log.warning("%s goes on", name)
            failing = False
        except Problem as problem:
            if not failing:
                log.warning("%s waits: %s", name, problem.detail)
            failing = True
        except Exception:
            log.exception("%s failed and will be tried again", name)
            failing = True
        spent = time.monotonic() - began
        await asyncio.sleep(PAUSE_AFTER_FAILURE_S if failing else max(0, interval_s - spent))
