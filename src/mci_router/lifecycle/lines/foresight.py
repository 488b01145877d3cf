"""Foresight: a contact's expected wait before it is committed, and whether its queue's overflow rules act at once.

The live state is asked once a batch. What it says is part of the answer and of the decision, so that a repeated
Idempotency-Key gets the same.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from mci_router.errors import EngineUnavailable
from mci_router.intake.arrival import Arrival, Decided, Foresee
from mci_router.intake.preferred import not_preferring
from mci_router.routing.calls import LineFigures, line_id
from mci_router.routing.engine import Engine
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.overflow import acting_rule, figures_for, full_rule, is_full
from mci_router.routing.policy.overflow_routes import Waiting, limits_of, open_rules, overflow_route
from mci_router.routing.policy.routes import Joined, Route
from mci_router.specs.queues import OverflowRule, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Channel

TIMEOUT_S = 0.3  # a commit does not wait for live queues that are away
MOST_LIKELY = 10_000  # kinds of contact whose lines are remembered

Figures: TypeAlias = Mapping[tuple[str, str, str], LineFigures]
"""By workspace, line and the agent who may take the contact first, '' for none."""

Wanted: TypeAlias = dict[str, dict[tuple[str, str], QueueSpec]]
"""The lines whose figures are wanted, and the agents who may take the contacts first, by workspace; of each its
queue.
"""


class Foresight:
    """Asks the engine for the figures of lines."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._likely: dict[tuple[object, ...], tuple[str, QueueSpec]] = {}

    def begin(self, arrivals: Sequence[Arrival]) -> Foresee:
        """Asks for the figures of the lines that contacts like these came to last, while the ledger is looked at.
        Returns `foresee`, which then asks only for others, if there are any.
        """
        wanted: Wanted = {}
        for arrival in arrivals:
            if likely := self._likely.get(_kind(arrival)):
                wanted.setdefault(arrival.workspace_id, {})[likely[0], ""] = likely[1]
        asked = asyncio.create_task(self._ask(wanted)) if wanted else None
        if asked:
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits for it

        async def foresee(decided: Sequence[Decided]) -> list[Decided]:
            nonlocal asked
            if asked is None:
                return await self.foresee(decided)
            task, asked = asked, None  # who looks again wants them as they are then
            known = await task
            return await self.foresee(decided, known, wanted.keys() - {workspace for workspace, *_ in known})

        return foresee

    async def foresee(
        self, decided: Sequence[Decided], known: Figures | None = None, silent: Collection[str] = ()
    ) -> list[Decided]:
        """Returns each contact with its route after overflow and its expected wait; unchanged while the live state
        cannot be asked. `known` are figures of now, `silent` workspaces that have just not answered: nobody waits for
        them twice.
        """
        self._remember(decided)
        figures = await self._figures((one for one in decided if one.arrival.workspace_id not in silent), known or {})
        moved = [_overflown(one, figures) for one in decided]
        elsewhere = [
            one for one, before in zip(moved, decided, strict=True) if one.route.queue is not before.route.queue
        ]
        if elsewhere:
            figures = await self._figures(elsewhere, figures)
            moved = [_unless_full(one, before, figures) for one, before in zip(moved, decided, strict=True)]
        return [_expecting(one, figures) for one in moved]

    async def expecting(self, workspace: str, route: Route, channel: Channel) -> Route:
        """Returns a route into line with its expected wait, if the live state can be asked."""
        figures = await self._figures_for(workspace, route, channel, first=route.preferred)
        return replace(route, expected_wait=expected_wait(figures)) if figures else route

    async def joining(self, snapshot: Snapshot, route: Route, waiting: Waiting, now: datetime) -> Route:
        """Returns the route of an open contact into line with its expected wait, or where a full queue or an overflow
        rule sends it at once. Unchanged if the live state cannot be asked.
        """
        channel = waiting.facts.channel
        figures = await self._figures_for(snapshot.workspace_id, route, channel)
        if figures is None or route.queue is None:
            return route
        rule = _acting_on(snapshot, waiting, figures, now)
        if rule is None:
            route = replace(route, expected_wait=expected_wait(figures))
            return (
                await self.expecting(snapshot.workspace_id, route, channel) if _first(route, waiting.matter) else route
            )
        if rule.offer_callback:
            told = (*route.reasons, f"{limits_of(rule)}: a callback is offered")
            return replace(route, expected_wait=expected_wait(figures), callback_offered=True, reasons=told)
        moved = overflow_route(snapshot, waiting, rule, after=route.rung - 1, now=now)
        there = await self._figures_for(snapshot.workspace_id, moved, channel)
        if there and moved.queue and is_full(snapshot, moved.queue, there):
            rule = full_rule(snapshot, waiting.queue, figures_for(0, figures, in_line=False))
            if rule is None:
                return replace(route, expected_wait=expected_wait(figures))
            moved = overflow_route(snapshot, waiting, rule, after=route.rung - 1, now=now)
            there = await self._figures_for(snapshot.workspace_id, moved, channel)
        told = not_preferring(route).reasons
        moved = replace(
            moved,
            reasons=(*told, *moved.reasons),
            message=route.message or moved.message,
            notice=route.notice or moved.notice,
        )
        return replace(moved, expected_wait=expected_wait(there) if there else None)

    async def _figures_for(
        self, workspace: str, route: Route, channel: Channel, *, first: str | None = None
    ) -> LineFigures | None:
        if route.queue is None or route.closed:
            return None
        line = line_id(route.queue.name, channel, route.queue.units, route.requirement)
        try:
            (figures,) = await self._engine.figures_of_lines(
                workspace, [_asked(route.queue, line, first or "")], timeout_s=TIMEOUT_S
            )
        except EngineUnavailable:
            return None
        return figures

    async def _figures(self, decided: Iterable[Decided], known: Figures) -> Figures:
        """Returns the figures that contacts need, with those that are `known`."""
        wanted: Wanted = {}
        for one in decided:
            if one.route.queue and not one.route.closed:
                workspace, line = one.arrival.workspace_id, _line(one)
                for first in dict.fromkeys(("", _first(one.route, one.triage.matter))):
                    if (workspace, line, first) not in known:
                        wanted.setdefault(workspace, {})[line, first] = one.route.queue
        return {**known, **await self._ask(wanted)} if wanted else known

    def _remember(self, decided: Iterable[Decided]) -> None:
        if len(self._likely) >= MOST_LIKELY:
            self._likely.clear()
        for one in decided:
            if one.route.queue and not one.route.closed:
                self._likely[_kind(one.arrival)] = _line(one), one.route.queue

    async def _ask(self, wanted: Wanted) -> Figures:
        found: dict[tuple[str, str, str], LineFigures] = {}
        for workspace, queues in wanted.items():
            try:
                figures = await self._engine.figures_of_lines(
                    workspace, [_asked(queue, *which) for which, queue in queues.items()], timeout_s=TIMEOUT_S
                )
            except EngineUnavailable:
                continue
            found |= {(workspace, *which): of_line for which, of_line in zip(queues, figures, strict=True)}
        return found


def _kind(arrival: Arrival) -> tuple[object, ...]:
    """Returns what contacts have in common that mostly come to the same line."""
    topic = arrival.named or arrival.seen.opinion.guess.topic
    return arrival.workspace_id, arrival.snapshot.revision, arrival.channel, topic, arrival.language, arrival.skills


def _line(one: Decided) -> str:
    queue = one.route.queue
    return line_id(queue.name, one.arrival.channel, queue.units, one.route.requirement) if queue else ""


def _asked(queue: QueueSpec, line: str, first: str) -> tuple[str | int, ...]:
    of_line = (queue.name, line, "")
    return (*of_line, first, round(queue.preferred_wait_s * 1000)) if first else of_line


def _first(route: Route, matter: Matter) -> str:
    """Returns the agent who may take the contact first, '' for none: an urgent one goes to anybody who is free."""
    return "" if matter.urgent else route.preferred or ""


def _overflown(one: Decided, figures: Figures) -> Decided:
    known = figures.get((one.arrival.workspace_id, _line(one), ""))
    rule = _acting(one, known) if known else None
    if rule is None:
        return one
    if rule.offer_callback:
        return one.because(f"{limits_of(rule)}: a callback is offered", callback_offered=True)
    return _moved(one, rule)


def _unless_full(moved: Decided, before: Decided, figures: Figures) -> Decided:
    """Returns the contact where a rule has sent it, unless that queue is full: then where it was, or, if that is full,
    too, in the catch-all. Its rules are looked at again.
    """
    queue, snapshot = moved.route.queue, moved.arrival.snapshot
    there = figures.get((moved.arrival.workspace_id, _line(moved), ""))
    if queue is before.route.queue or queue is None or there is None or not is_full(snapshot, queue, there):
        return moved
    here, own = figures.get((moved.arrival.workspace_id, _line(before), "")), before.route.queue
    rule = full_rule(snapshot, own, figures_for(0, here, in_line=False)) if here and own else None
    return _moved(before, rule) if rule else before


def _moved(one: Decided, rule: OverflowRule) -> Decided:
    route = overflow_route(
        one.arrival.snapshot, _waiting(one), rule, after=one.route.rung - 1, now=one.arrival.received_at
    )
    return replace(
        one,
        route=replace(
            route,
            reasons=(*not_preferring(one.route).reasons, *route.reasons),
            message=one.route.message or route.message,
            notice=one.route.notice or route.notice,
        ),
    )


def _acting(one: Decided, figures: LineFigures) -> OverflowRule | None:
    if one.route.queue is None:
        return None
    return _acting_on(one.arrival.snapshot, _waiting(one), figures, one.arrival.received_at)


def _acting_on(snapshot: Snapshot, waiting: Waiting, figures: LineFigures, now: datetime) -> OverflowRule | None:
    """Returns the rule that acts on a contact which comes to a queue; the one for a full queue, if it is."""
    queue, seen = waiting.queue, figures_for(0, figures, in_line=False)
    rules = open_rules(snapshot, waiting, now).can if queue.overflow else ()
    return acting_rule(rules, seen) or full_rule(snapshot, queue, seen)


def _waiting(one: Decided) -> Waiting:
    arrival, route = one.arrival, one.route
    if route.queue is None:
        raise ValueError("only a contact that waits for an agent overflows")
    joined = route.joined or Joined(arrival.received_at)
    return Waiting(route.queue, one.triage.matter, one.facts, arrival.received_at, joined)


def _expecting(one: Decided, figures: Figures) -> Decided:
    which = one.arrival.workspace_id, _line(one), _first(one.route, one.triage.matter)
    known = figures.get(which) if one.route.queue else None
    return one.by(expected_wait=expected_wait(known)) if known else one
