"""Places: where a contact stands in line now, and how long it has to wait there, for those who act on it."""

from dataclasses import replace
from typing import Any

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import EngineUnavailable, QueueClosed
from mci_router.intake.answer import route_data
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.routing.engine import Engine
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.joining import place_again
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

WAITING = (ContactState.QUEUED, ContactState.OFFERED)


class Places:
    """Finds the places of contacts that wait."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def of(self, workspace: str, contact_id: str) -> dict[str, Any] | None:
        """Returns the place of a contact as `RouteOut` describes it; None unless it waits in a queue.

        Raises NotFound, EngineUnavailable.
        """
        route = await self._route(workspace, contact_id)
        return route_data(route, post_id=None) if route else None

    async def check_open(self, workspace: str, contact_id: str) -> None:
        """Checks that the queue in which a contact waits is open. Raises QueueClosed, NotFound, EngineUnavailable."""
        route = await self._route(workspace, contact_id)
        if route and route.closed and route.queue:
            data = route_data(route, post_id=None)
            why = route.reasons[0]
            raise QueueClosed(
                f"{why[:1].upper()}{why[1:]}.",  # `capitalize` would write the time of the opening in small letters
                **{name: data[name] for name in ("queue", "opens_at", "reasons")},
            )

    async def _route(self, workspace: str, contact_id: str) -> Route | None:
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            return await place_of(self._engine, snapshot, current)


async def place_of(engine: Engine, snapshot: Snapshot, current: OpenContact) -> Route | None:
    """Returns the place of a contact with its expected wait; None unless it waits in a queue."""
    live, contact = current.live, current.contact
    queue = snapshot.queues.get(live.queue or "") if live else None
    if live is None or queue is None or live.state not in WAITING:
        return None
    route = place_again(
        snapshot, current.matter, current.facts, queue, current.joined, rung=contact.rung, now=utc_now()
    )
    if route.closed or live.state is not ContactState.QUEUED:
        return route
    try:
        figures = await engine.line_figures(snapshot.workspace_id, queue.name, live.line or "", contact.id)
    except EngineUnavailable:
        return route
    return replace(route, expected_wait=expected_wait(figures))
