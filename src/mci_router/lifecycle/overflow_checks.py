"""Overflow while a contact waits: timers say when its queue's rules are to be looked at, and any process looks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.lifecycle.rungs import facts_of, locked, matter_of, put_on_rung
from mci_router.models import Contact, Customer, Decision, Post
from mci_router.outcomes import outcome_of, state_of
from mci_router.routing.calls import Settlement, Status
from mci_router.routing.engine import Engine
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
        """A timer says that a contact's overflow rules are to be looked at: does what they say, and sets the timer for the next look."""
        snapshot = await self._snapshots.get(workspace)
        live = await self._engine.contact(workspace, contact_id)
        queue = snapshot.queues.get(live.get("queue", ""))
        again_s = None
        if queue and live["state"] in WAITING:
            now = utc_now()
            if serves(now, queue):
                again_s = await self._look(snapshot, contact_id, queue, live, now)
            else:
                again_s = (opens_at(now, queue.hours) - now).total_seconds()
        if again_s != MOVED:
            await self._engine.overflow_checked(workspace, contact_id, None if again_s is None else max(1, round(again_s * 1000)))

    async def _look(self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, live: dict[str, str], now: datetime) -> float | None:
        """Seconds until the next look, None for never, or MOVED."""
        waited_s = open_s(from_ms(live["enqueued_at"]), now, queue.hours)
        line = await self._engine.line_figures(snapshot.workspace_id, queue.name, live["line"], contact_id)
        figures = figures_for(waited_s, line, in_line=True)
        if acting_rule(queue.overflow, figures) is None:
            return next_look_s(queue.overflow, waited_s)  # the ledger need not be asked
        if live["state"] != ContactState.QUEUED:
            return OFFERED_LOOK_S
        try:
            return await self._act(snapshot, contact_id, queue, figures, int(live["rung"]), now)
        except _NotMoved:
            return OFFERED_LOOK_S

    async def _act(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, figures: QueueFigures, rung: int, now: datetime
    ) -> float | None:
        async with self._database.transaction() as session:
            contact = await locked(session, snapshot.workspace_id, contact_id)
            if contact.rung != rung or contact.queue != queue.name:
                raise _NotMoved
            customer = await session.get_one(Customer, contact.customer_id)
            history = await _decisions(session, contact)
            waiting = await _waiting(session, contact, customer, queue, history)
            rules = open_rules(snapshot, waiting, now)
            rule = acting_rule(rules, figures)
            if rule and rule.offer_callback:
                contact.callback_offered_at = now
                await self._engine.offer_callback(contact.workspace_id, contact.id)
                rules = [rule for rule in rules if not rule.offer_callback]
            elif rule:
                route = overflow_route(snapshot, waiting, rule, after=contact.rung, now=now)
                await put_on_rung(session, contact, customer, history[-1], route, f"it waited for {figures.waited_s:.0f} s")
                await self._move(session, snapshot, contact, waiting)
                return MOVED
        return next_look_s(rules, figures.waited_s)

    async def _move(self, session: AsyncSession, snapshot: Snapshot, contact: Contact, waiting: Waiting) -> None:
        """Unlike other moves, live state first: only it knows whether an agent has just got the contact. Raises _NotMoved then."""
        contact.state, contact.enqueued_at = state_of(contact.outcome, asking=contact.asking), waiting.since
        await session.flush()
        place = outcome_of(contact).place(snapshot, contact)
        assert not isinstance(place, Settlement)  # noqa: S101 — a rule moves a contact to what serves it
        standing = await self._engine.place(contact.workspace_id, replace(place, only_from=ContactState.QUEUED))
        if standing.status is not Status.OK:
            raise _NotMoved


class _NotMoved(Exception):
    """The contact is not where it was when the rules were looked at: nothing is written."""


async def _decisions(session: AsyncSession, contact: Contact) -> Sequence[Decision]:
    """All decisions about a contact, oldest first."""
    return (await session.scalars(select(Decision).where(Decision.contact_id == contact.id).order_by(Decision.rung))).all()


async def _waiting(session: AsyncSession, contact: Contact, customer: Customer, queue: QueueSpec, history: Sequence[Decision]) -> Waiting:
    posted = await session.scalar(select(Post.id).where(Post.contact_id == contact.id).limit(1))
    return Waiting(
        queue,
        matter_of(contact, history[-1]),
        facts_of(contact, customer),
        contact.enqueued_at or utc_now(),
        left=frozenset(left for decision in history if (left := decision.route.get("overflow_from"))),
        posted=posted is not None or any(decision.route.get("ask") for decision in history),
        callback_offered=bool(contact.callback_offered_at or contact.callback_at),
    )
