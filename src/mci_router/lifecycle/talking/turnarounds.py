"""Turnarounds: until when a contact that waits is answered, from the live queue and what it has answered lately."""

from datetime import datetime

from mci_router.database import Database
from mci_router.insight.answering import answered_lately
from mci_router.lifecycle.lines.positions import WAITING
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import open_s
from mci_router.routing.policy.turnaround import Turnaround
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot


async def answer_by(
    database: Database, engine: Engine, snapshot: Snapshot, contact: str, live: LiveContact | None, now: datetime
) -> datetime | None:
    """Returns until when a contact is answered; None for one that does not wait for an agent.

    Raises EngineUnavailable, DatabaseUnavailable.
    """
    place = live and live.where_it_waits
    if not place or place.state not in WAITING or not place.line:
        return None
    queue = snapshot.queues.get(place.queue or "")
    if queue is None:
        return None
    figures = await engine.line_figures(snapshot.workspace_id, queue.name, place.line, contact)
    known = expected_wait(figures) is not None
    rate = 0.0 if known else await _answered_per_s(database, snapshot.workspace_id, queue, now)
    interim = snapshot.interim_level_of(queue.name, now)
    return Turnaround(queue, figures, rate, place.due_at if interim else None).answer_by(now, snapshot.spec.zone)


async def _answered_per_s(database: Database, workspace: str, queue: QueueSpec, now: datetime) -> float:
    answered, since = await answered_lately(database, workspace, queue.name, now)
    open_for_s = open_s(since, now, queue.hours) if since else 0
    return answered / open_for_s if open_for_s else 0.0
