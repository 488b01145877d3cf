"""Overflow while a contact waits: timers say when its queue's rules are to be looked at, and any process looks."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.models import Post
from mci_router.outcomes import outcome_of, state_of
from mci_router.routing.calls import Settlement, Status
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.hours import open_s, opens_at, serves
from mci_router.routing.policy.overflow import QueueFigures, acting_rule, next_look_s
from mci_router.routing.policy.overflow_routes import Waiting, figures_for, open_rules, overflow_route
from mci_router.specs import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

OFFERED_LOOK_S = 2.0  # an offer may come back; until then the contact stays with whom it is offered to
WAITING = (ContactState.QUEUED, ContactState.OFFERED)
MOVED = -1.0
"""Instead of the seconds until the next look: where it is now, the contact has a timer of its own."""


class OverflowChecks:
    """Looks at contacts that wait."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def check(self, workspace: str, contact_id: str) -> None:
        """Does what the overflow rules of a contact's queue say now, and sets the timer for the next look."""
        snapshot = await self._snapshots.get(workspace)
        live = await self._engine.contact(workspace, contact_id)
        queue = snapshot.queues.get(live.queue or "") if live else None
        again_s = None
        if queue and live and live.state in WAITING:
            now = utc_now()
            if serves(now, queue):
                again_s = await self._look(snapshot, contact_id, queue, live, now)
            else:
                again_s = (opens_at(now, queue.hours) - now).total_seconds()
        if again_s != MOVED:
            await self._engine.overflow_checked(workspace, contact_id, None if again_s is None else max(1, round(again_s * 1000)))

    async def _look(self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, live: LiveContact, now: datetime) -> float | None:
        """Seconds until the next look, None for never, or MOVED."""
        waited_s = open_s(live.enqueued_at or now, now, queue.hours)
        line = await self._engine.line_figures(snapshot.workspace_id, queue.name, live.line or "", contact_id)
        figures = figures_for(waited_s, line, in_line=True)
        if acting_rule(queue.overflow, figures) is None:
            return next_look_s(queue.overflow, waited_s)  # the ledger need not be asked
        if live.state is not ContactState.QUEUED:
            return OFFERED_LOOK_S
        try:
            return await self._act(snapshot, contact_id, queue, figures, live.rung, now)
        except _NotMoved:
            return OFFERED_LOOK_S

    async def _act(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, figures: QueueFigures, rung: int, now: datetime
    ) -> float | None:
        async with self._database.command() as session:
            found = await OpenContact.locked(session, self._engine, snapshot.workspace_id, contact_id)
            contact = found.contact
            if contact.rung != rung or contact.queue != queue.name:
                raise _NotMoved
            waiting = await _waiting(found, queue)
            rules = open_rules(snapshot, waiting, now)
            rule = acting_rule(rules, figures)
            if rule and rule.offer_callback:
                contact.callback_offered_at = now
                await self._engine.offer_callback(contact.workspace_id, contact.id)
                rules = [rule for rule in rules if not rule.offer_callback]
            elif rule:
                route = overflow_route(snapshot, waiting, rule, after=contact.rung, now=now)
                await found.put_on(route, f"it waited for {figures.waited_s:.0f} s")
                await self._move(snapshot, found, waiting)
                return MOVED
        return next_look_s(rules, figures.waited_s)

    async def _move(self, snapshot: Snapshot, found: OpenContact, waiting: Waiting) -> None:
        """Unlike other moves, live state first: only it knows whether an agent has just got the contact. Raises _NotMoved then."""
        contact = found.contact
        contact.state, contact.enqueued_at = state_of(contact.outcome, asking=contact.asking), waiting.since
        await found.session.flush()
        place = outcome_of(contact).place(snapshot, contact)
        assert not isinstance(place, Settlement)  # noqa: S101 — a rule moves a contact to what serves it
        standing = await self._engine.place(contact.workspace_id, replace(place, only_from=ContactState.QUEUED))
        if standing.status is not Status.OK:
            raise _NotMoved


class _NotMoved(Exception):
    """The contact is not where it was when the rules were looked at: nothing is written."""


async def _waiting(found: OpenContact, queue: QueueSpec) -> Waiting:
    contact = found.contact
    posted = await found.session.scalar(select(Post.id).where(Post.contact_id == contact.id).limit(1))
    return Waiting(
        queue,
        found.matter,
        found.facts,
        contact.enqueued_at or utc_now(),
        left=frozenset(left for decision in found.decisions if (left := decision.route.get("overflow_from"))),
        posted=posted is not None or any(decision.route.get("ask") for decision in found.decisions),
        callback_offered=bool(contact.callback_offered_at or contact.callback_at),
    )
