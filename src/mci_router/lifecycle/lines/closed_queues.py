"""Queues that have closed: their policy decides about the contacts in their lines, as about those that come.

The live state says when to look: the queue closes, what takes its contacts opens, or a contact comes back to the line
from an agent, who was lost or let an offer go. A contact that its agent passes on waits there, too, beside its own
place.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from mci_router.clock import moment, to_ms
from mci_router.database import Database
from mci_router.lifecycle.lines.overflow_beside import move_beside, waiting_beside
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.seen.waiting_contacts import waiting_contact
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of, state_of
from mci_router.routing.calls import Settlement, Status
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.hours import serves
from mci_router.routing.policy.overflow_routes import Waiting
from mci_router.routing.policy.passing import Passing, requeue_route
from mci_router.routing.policy.routes import Route
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState, LeftAs

CLOSED = "its queue has closed"


class ClosedQueues:
    """Applies the policies of closed queues to contacts that wait in them."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def look(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, live: LiveContact, now: datetime
    ) -> bool:
        """Carries out what a closed queue's policy says about a contact in its line. Returns whether it has moved.

        One that has been with an agent and waits on is announced once, by `contact.queue_closed` and in its decision;
        so is one whose agent passes it on.

        Raises NotFound, EngineUnavailable, DatabaseUnavailable.
        """
        may_go = live.urgent or queue.when_closed.action == "community" or _taken(snapshot, queue, now)
        if live.state is not ContactState.QUEUED or not (may_go or live.offers):
            return False
        try:
            async with self._database.command() as session:
                current = await OpenContact.locked(session, self._engine, snapshot.workspace_id, contact_id)
                if live.to_queue:
                    return await self._apply_beside(snapshot, current, queue, now)
                if current.contact.rung != live.rung or current.contact.queue != queue.name:
                    return False
                return await self._apply(snapshot, current, queue, now)
        except _NotMoved:
            return False  # an agent has just got it

    async def _apply(self, snapshot: Snapshot, current: OpenContact, queue: QueueSpec, now: datetime) -> bool:
        route = _route(snapshot, current, await waiting_contact(current, queue), now)
        if not route.closed:
            await self._move(snapshot, current, route)
        elif current.live and current.live.offers and not _told(current.decision.route, now):
            current.decision.route = _waits_until(current.decision.route, route)
            await self._tell(current, route)
        return not route.closed

    async def _apply_beside(self, snapshot: Snapshot, current: OpenContact, queue: QueueSpec, now: datetime) -> bool:
        waiting, passed_on = waiting_beside(current, queue), current.contact.passed_on
        if waiting is None or passed_on is None:
            return False
        route, decision = _route(snapshot, current, waiting, now), passed_on["decision"]
        if not route.closed:
            if not await move_beside(self._engine, snapshot, current, waiting, route, CLOSED):
                raise _NotMoved
        elif not _told(decision["route"], now):
            told = {**decision, "route": _waits_until(decision["route"], route)}
            current.contact.passed_on = {**passed_on, "decision": told}
            await self._tell(current, route)
        return not route.closed

    async def _move(self, snapshot: Snapshot, current: OpenContact, route: Route) -> None:
        """Moves the contact, in the live state first: it alone knows whether an agent has just got it."""
        contact, since = current.contact, current.contact.enqueued_at
        await current.put_on(route, CLOSED)
        contact.state, contact.enqueued_at = state_of(contact.outcome, asking=contact.asking), since
        await current.session.flush()
        call = outcome_of(contact).engine_call(snapshot, contact)
        assert not isinstance(call, Settlement)  # noqa: S101 — a queue or the community
        call = replace(call, only_from=ContactState.QUEUED, left_as=LeftAs.OVERFLOWED)
        if (await self._engine.carry_out(contact.workspace_id, call)).status is not Status.OK:
            raise _NotMoved

    async def _tell(self, current: OpenContact, route: Route) -> None:
        if route.opens_at:
            contact = current.contact
            await self._engine.note_closed(contact.workspace_id, contact.id, to_ms(route.opens_at))


async def tell_if_closed(engine: Engine, contact: Contact, decision: Decision) -> None:
    """Journals that a contact which was sent to a queue waits there until it opens, if that is so."""
    opens_at = decision.route.get("opens_at")
    if opens_at:
        await engine.note_closed(contact.workspace_id, contact.id, to_ms(datetime.fromisoformat(opens_at)))


class _NotMoved(Exception):
    """The contact has left its line since it was looked at: nothing is written."""


def _route(snapshot: Snapshot, current: OpenContact, waiting: Waiting, now: datetime) -> Route:
    """Returns where the queue's policy sends the contact. In another queue it is due as if it had waited there."""
    queue = waiting.queue
    passing = Passing(
        snapshot,
        waiting.matter,
        waiting.facts,
        now,
        current.highest_rung,
        queue.name,
        waiting.joined,
        may_post=not waiting.posted,
    )
    return requeue_route(passing, queue, since=waiting.since)


def _taken(snapshot: Snapshot, queue: QueueSpec, now: datetime) -> bool:
    """Returns whether the queue that takes a closed one's contacts is open."""
    other = snapshot.queues.get(queue.when_closed.queue or "")
    return other is not None and serves(now, other)


def _waits_until(kept: dict[str, Any], route: Route) -> dict[str, Any]:
    """Returns the route that is kept, with what the closed queue says now."""
    opens_at = moment(route.opens_at) if route.opens_at else None
    said = [*kept["reasons"], *route.reasons]
    return {**kept, "opens_at": opens_at, "message": route.message, "reasons": said, "expected_wait_s": None}


def _told(kept: dict[str, Any], now: datetime) -> bool:
    opens_at = kept.get("opens_at")
    return opens_at is not None and datetime.fromisoformat(opens_at) > now
