"""The loops that run beside the requests in every process. `app` makes the parts whose work they do.

No process leads. Each loop outlives any failure of its work: it logs it and goes on.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from mci_router.access import audit
from mci_router.access.sessions import Sessions
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.incidents import informing, journalling
from mci_router.incidents.work import IncidentWork
from mci_router.insight.daily import roll_up
from mci_router.intake import customer_events
from mci_router.intake.customer_events import CustomerEvents
from mci_router.learning.models import LiveModels
from mci_router.lifecycle import backfill
from mci_router.lifecycle import escalations as escalation_steps
from mci_router.lifecycle.backfill import SegmentBackfill
from mci_router.lifecycle.escalations import Escalations
from mci_router.lifecycle.recovery import Recovery
from mci_router.lifecycle.replanning import Replanning
from mci_router.lifecycle.timers import Timers
from mci_router.models.partitions import keep_partitions
from mci_router.routing.engine.projector import Projection
from mci_router.routing.engine.shards import each
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.supervision.alarms import Alarms
from mci_router.volume.keeping import Volumes
from mci_router.webhooks import outbox, pausing
from mci_router.webhooks.dispatcher import Dispatcher
from mci_router.webhooks.pausing import PauseEvents

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE_S = 0.5
FOLLOW_INTERVAL_S = 0.5  # how late a new workspace is served
TRIM_INTERVAL_S = 60
HOURS_INTERVAL_S = 1  # how late a queue opens or closes
REPLAN_INTERVAL_S = 0.2  # how late a changed configuration reaches those who wait
FORGET_INTERVAL_S = 600
BACKFILL_INTERVAL_S = 1  # between batches, so that it takes little from the requests
ROLL_UP_INTERVAL_S = 60  # until then, reports add up the quarter-hours of a day that has changed
PARTITIONS_INTERVAL_S = 3_600  # months are made ahead: an hour is soon enough


@dataclass(frozen=True, slots=True)
class Loop:
    """Work that is repeated: `interval_s` from beginning to beginning.

    `pending` is a condition in SQL: the work is done only while it holds, and one look at the ledger asks it for all
    such loops.
    """

    name: str
    interval_s: float
    work: Callable[[], Awaitable[object]]
    pending: str | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceLoop:
    """Work that is repeated for each workspace, as long as that exists; `work` takes its id."""

    name: str
    interval_s: float
    work: Callable[[str], Awaitable[object]]


def process_loops(
    settings: Settings,
    *,
    database: Database,
    snapshots: Snapshots,
    sessions: Sessions,
    models: LiveModels,
    volumes: Volumes,
    incidents: IncidentWork,
    customers: CustomerEvents,
    escalations: Escalations,
    recovery: Recovery,
    segments: SegmentBackfill,
    dispatcher: Dispatcher,
    pauses: PauseEvents,
) -> list[Loop]:
    """Returns the loops that serve all workspaces together.

    A surge that volume finds is an incident's beginning: here the two rooms meet.
    """

    async def propose(snapshot: Snapshot) -> None:
        for surge in await volumes.surges(snapshot):
            await incidents.propose(snapshot, surge)

    async def add_up(snapshot: Snapshot) -> None:
        await roll_up(database, snapshot.workspace_id, snapshot.spec.zone)

    soon, often = settings.refresh_interval_s, settings.volume_interval_s
    kept = {"events": settings.events_keep_s, "segments": settings.segments_keep_s}
    return [
        Loop("refresh", soon, snapshots.refresh),
        Loop("sessions", soon, sessions.check),
        Loop("models", soon, models.refresh),
        Loop("recovery", settings.recovery_interval_s, recovery.turn),
        Loop("backfill of segments", BACKFILL_INTERVAL_S, segments.turn, backfill.PENDING),
        Loop("forgetting", FORGET_INTERVAL_S, lambda: recovery.forget_answers(settings.idempotency_keep_s)),
        Loop("volume", often, volumes.turn),
        Loop("surges", often, lambda: each(snapshots.cached(), propose)),
        Loop("incidents", soon, incidents.refresh),
        Loop("journalling of incidents", soon, incidents.journal, journalling.PENDING),
        Loop("informing", soon, incidents.inform, informing.PENDING),
        Loop("customer events", soon, customers.turn, customer_events.PENDING),
        Loop("escalations", soon, escalations.turn, escalation_steps.PENDING),
        Loop("webhooks", settings.webhook_interval_s, dispatcher.turn, outbox.PENDING),
        Loop("pauses of webhooks", soon, pauses.turn, pausing.PENDING),
        Loop("forgetting deliveries", FORGET_INTERVAL_S, dispatcher.forget),
        Loop("forgetting the audit trail", FORGET_INTERVAL_S, lambda: audit.forget(database, settings.audit_keep_s)),
        Loop("daily roll-up", ROLL_UP_INTERVAL_S, lambda: each(snapshots.cached(), add_up)),
        Loop("partitions", PARTITIONS_INTERVAL_S, lambda: keep_partitions(database, kept)),
    ]


def workspace_loops(
    settings: Settings,
    snapshots: Snapshots,
    *,
    projection: Projection,
    timers: Timers,
    replanning: Replanning,
    alarms: Alarms,
) -> list[WorkspaceLoop]:
    """Returns the loops that serve each workspace by itself."""
    return [
        WorkspaceLoop("projector", 0, projection.turn),
        WorkspaceLoop("timers", settings.timer_interval_s, timers.fire),
        WorkspaceLoop("trim", TRIM_INTERVAL_S, projection.trim),
        WorkspaceLoop("replanning", REPLAN_INTERVAL_S, replanning.turn),
        WorkspaceLoop("hours", HOURS_INTERVAL_S, snapshots.keep_hours),
        WorkspaceLoop("alarms", settings.alarm_interval_s, alarms.turn),
    ]


class Look:
    """One look at the ledger for all loops that wait for something in it, instead of a transaction each.

    `found` has an event a loop, by its name: it is set while there is work. `loop` looks as often as the most frequent
    of them wants.
    """

    def __init__(self, database: Database, loops: Sequence[Loop]) -> None:
        self._database = database
        self._query = text(f"SELECT {', '.join(f'({loop.pending})' for loop in loops)}")
        self.found = {loop.name: asyncio.Event() for loop in loops}
        self.loop = Loop("the look at the ledger", min(loop.interval_s for loop in loops), self._turn)

    async def _turn(self) -> None:
        async with self._database.transaction() as session:
            await outbox.plan_each_time(session)  # a plan of when the tables were empty would read all of them
            answers = (await session.execute(self._query)).one()
        for found, pending in zip(self.found.values(), answers, strict=True):
            if pending:
                found.set()


class Upkeep:
    """The loops of one process."""

    def __init__(
        self, database: Database, snapshots: Snapshots, loops: Sequence[Loop], of_each: Sequence[WorkspaceLoop]
    ) -> None:
        self._snapshots = snapshots
        self._look = Look(database, [loop for loop in loops if loop.pending])
        self._loops = [*loops, Loop("the loops of workspaces", FOLLOW_INTERVAL_S, self._follow)]
        self._of_each = of_each
        self._tasks: list[asyncio.Task[None]] = []
        self._of_workspaces: dict[str, list[asyncio.Task[None]]] = {}

    def start(self) -> None:
        """Starts the loops; those of a workspace follow when it is seen."""
        self._tasks = [_started(loop, self._look.found.get(loop.name)) for loop in [*self._loops, self._look.loop]]

    async def stop(self) -> None:
        """Ends all loops. Unfinished work is cancelled, and another process does it."""
        await _ended(self._tasks)  # first: one of them starts others
        await _ended([task for tasks in self._of_workspaces.values() for task in tasks])

    async def _follow(self) -> None:
        """Starts the loops of workspaces that are new, and ends those of workspaces that are gone."""
        known = {snapshot.workspace_id for snapshot in self._snapshots.cached()}
        for workspace in known - set(self._of_workspaces):
            self._of_workspaces[workspace] = [_started(_of(loop, workspace)) for loop in self._of_each]
        for workspace in set(self._of_workspaces) - known:
            for task in self._of_workspaces.pop(workspace):
                task.cancel()


def _of(loop: WorkspaceLoop, workspace: str) -> Loop:
    return Loop(f"{loop.name} of {workspace}", loop.interval_s, lambda: loop.work(workspace))


def _started(loop: Loop, found: asyncio.Event | None = None) -> asyncio.Task[None]:
    return asyncio.create_task(_repeat(loop, found), name=loop.name)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(loop: Loop, found: asyncio.Event | None) -> None:
    """Repeats the work of a loop for ever; where there is `found`, each time that it is set."""
    failing = False
    while True:
        if found:
            await found.wait()
            found.clear()
        began = time.monotonic()
        try:
            await loop.work()
            if failing:
                log.warning("%s goes on", loop.name)
            failing = False
        except Problem as problem:
            if not failing:
                log.warning("%s waits: %s", loop.name, problem.detail)
            failing = True
        except Exception:
            log.exception("%s failed and will be tried again", loop.name)
            failing = True
        spent = time.monotonic() - began
        await asyncio.sleep(PAUSE_AFTER_FAILURE_S if failing else max(0, loop.interval_s - spent))
