"""Overflow while a contact waits: timers say when its queue's rules are to be checked, and any process checks them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.lifecycle.lines.closed_queues import ClosedQueues
from mci_router.lifecycle.lines.overflow_beside import move_beside, waiting_beside
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.seen.waiting_contacts import waiting_contact
from mci_router.outcomes import outcome_of, state_of
from mci_router.routing.calls import Settlement, Status, line_id
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.routing.policy.hours import open_s, opens_at, serves
from mci_router.routing.policy.overflow import (
    MOST_TRY_S,
    QueueFigures,
    acting_rule,
    figures_for,
    is_full,
    next_look_s,
    next_try_s,
)
from mci_router.routing.policy.overflow_routes import OpenRules, Waiting, open_rules, overflow_route, target_opens_at
from mci_router.routing.policy.routes import Route
from mci_router.specs.queues import OverflowRule, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import ContactState, LeftAs

OFFERED_LOOK_S = 2.0  # an offer may come back; until then the contact stays with the agent it is offered to
WAITING = (ContactState.QUEUED, ContactState.OFFERED)
MOVED = -1.0
"""Returned for the seconds until the next look: the contact has moved, and has another timer where it is now."""


@value
class _Acts:
    """A rule that acts on a contact, and the route on which it puts it."""

    rule: OverflowRule
    route: Route


class OverflowChecks:
    """Checks the overflow rules of contacts that wait."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._closed = ClosedQueues(database, engine)

    async def check(self, workspace: str, contact_id: str) -> None:
        """Carries out what the rules of a contact's queue say now, those of overflow or of closing time, and sets the
        timer for the next look.
        """
        snapshot = await self._snapshots.get(workspace)
        found = await self._engine.contact(workspace, contact_id)
        live = found and found.where_it_waits
        queue = snapshot.queues.get(live.queue or "") if live else None
        again_s = None
        if queue and live and live.state in WAITING:
            now = utc_now()
            if serves(now, queue):
                again_s = await self._look(snapshot, contact_id, queue, live, now)
            elif await self._closed.look(snapshot, contact_id, queue, live, now):
                again_s = MOVED
            elif queue.overflow:
                again_s = min((opens_at(now, queue.hours) - now).total_seconds(), MOST_TRY_S)
        if again_s != MOVED:
            await self._engine.overflow_checked(
                workspace, contact_id, None if again_s is None else max(1, round(again_s * 1000))
            )

    async def _look(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, live: LiveContact, now: datetime
    ) -> float | None:
        """Returns the seconds until the next look, None for never, or MOVED."""
        waited_s = live.queue_waited_ms / 1000 + open_s(live.entered_at or live.enqueued_at or now, now, queue.hours)
        line = await self._engine.line_figures(snapshot.workspace_id, queue.name, live.line or "", contact_id)
        figures = figures_for(waited_s, line, in_line=True)
        shut, opens_in_s = _shut(snapshot, queue, now)
        if acting_rule([rule for rule in queue.overflow if rule not in shut], figures) is None:
            return _next_s(queue.overflow, shut, opens_in_s, waited_s)  # the ledger need not be asked
        if live.state is not ContactState.QUEUED:
            return OFFERED_LOOK_S
        try:
            if live.to_queue:
                return await self._act_beside(snapshot, contact_id, queue, figures, now)
            return await self._act(snapshot, contact_id, queue, figures, live.rung, now)
        except _NotMoved:
            return OFFERED_LOOK_S

    async def _act(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, figures: QueueFigures, rung: int, now: datetime
    ) -> float | None:
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, snapshot.workspace_id, contact_id)
            contact, since = current.contact, current.contact.enqueued_at
            if contact.rung != rung or contact.queue != queue.name:
                raise _NotMoved
            waiting = await waiting_contact(current, queue)
            rules = open_rules(snapshot, waiting, now)
            acts = await self._acting(snapshot, waiting, rules, figures, contact.rung, now)
            if acts and acts.rule.offer_callback:
                contact.callback_offered_at = now
                await self._engine.offer_callback(contact.workspace_id, contact.id)
                rules.can.remove(acts.rule)
            elif acts:
                await current.put_on(acts.route, f"it waited for {figures.waited_s:.0f} s")
                await self._move(snapshot, current, since)
                return MOVED
        return _next_s(rules.can, rules.blocked, _in_s(rules.opens_at, now), figures.waited_s)

    async def _act_beside(
        self, snapshot: Snapshot, contact_id: str, queue: QueueSpec, figures: QueueFigures, now: datetime
    ) -> float | None:
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, snapshot.workspace_id, contact_id)
            waiting = waiting_beside(current, queue)
            if waiting is None:
                raise _NotMoved
            rules = open_rules(snapshot, waiting, now)
            if acts := await self._acting(snapshot, waiting, rules, figures, current.highest_rung, now):
                why = f"it waited for {figures.waited_s:.0f} s"
                if not await move_beside(self._engine, snapshot, current, waiting, acts.route, why):
                    raise _NotMoved
                return MOVED
        return _next_s(rules.can, rules.blocked, _in_s(rules.opens_at, now), figures.waited_s)

    async def _acting(
        self, snapshot: Snapshot, waiting: Waiting, rules: OpenRules, figures: QueueFigures, after: int, now: datetime
    ) -> _Acts | None:
        """Returns the first rule that acts, and where it sends the contact. One whose queue is full is blocked."""
        while rule := acting_rule(rules.can, figures):
            route = overflow_route(snapshot, waiting, rule, after=after, now=now)
            there = route.queue if rule.to_queue else None
            if there is None:
                return _Acts(rule, route)
            line = line_id(there.name, waiting.facts.channel, there.units, route.requirement)
            if not is_full(snapshot, there, await self._engine.line_figures(snapshot.workspace_id, there.name, line)):
                return _Acts(rule, route)
            rules.can.remove(rule)
            rules.blocked.append(rule)
        return None

    async def _move(self, snapshot: Snapshot, current: OpenContact, since: datetime | None) -> None:
        """Moves the contact, unlike elsewhere, in the live state first: it alone knows whether an agent has just got
        it. Raises _NotMoved then.
        """
        contact = current.contact
        contact.state, contact.enqueued_at = state_of(contact.outcome, asking=contact.asking), since
        await current.session.flush()
        call = outcome_of(contact).engine_call(snapshot, contact)
        assert not isinstance(call, Settlement)  # noqa: S101 — a rule moves a contact to what serves it
        call = replace(call, only_from=ContactState.QUEUED, left_as=LeftAs.OVERFLOWED)
        result = await self._engine.carry_out(contact.workspace_id, call)
        if result.status is not Status.OK:
            raise _NotMoved


class _NotMoved(Exception):
    """The contact has left its line since the rules were looked at: nothing is written."""


def _shut(snapshot: Snapshot, queue: QueueSpec, now: datetime) -> tuple[list[OverflowRule], float | None]:
    """Returns the rules that send to a closed queue, and the seconds until the first of these opens."""
    opens = [(rule, target_opens_at(snapshot, rule, now)) for rule in queue.overflow]
    shut = [(rule, at) for rule, at in opens if at and at > now]
    return [rule for rule, _ in shut], _in_s(min((at for _, at in shut), default=None), now)


def _in_s(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else (at - now).total_seconds()


def _next_s(
    rules: Sequence[OverflowRule], blocked: Sequence[OverflowRule], opens_in_s: float | None, waited_s: float
) -> float | None:
    """Returns the seconds until the next look: never None while a rule may still act."""
    can = [rule for rule in rules if rule not in blocked]
    looks = (next_look_s(can, waited_s), next_try_s(blocked, waited_s, opens_in_s))
    return min((look for look in looks if look is not None), default=None)
