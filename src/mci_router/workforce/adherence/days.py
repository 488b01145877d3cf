"""Adherence and conformance of a workspace's agents on a day, and where each should be now: read from the ledger."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_reports import states_of
from mci_router.insight.agent_time import NO_STATES, Span
from mci_router.insight.intervals import midnight
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.workforce.adherence.exceptions import excused
from mci_router.workforce.adherence.figures import Figures, Running, figures, running
from mci_router.workforce.adherence.kept import Done, kept, reasons_of
from mci_router.workforce.adherence.planned import activities_of, planned
from mci_router.workforce.adherence.presence import stays_of
from mci_router.workforce.adherence.timelines import Planned, Stay, at_moment

HOUR_S = 3_600
LOOK_BACK = timedelta(seconds=1)  # what is so now is what was so in the last second


@value
class AgentNow:
    """Where an agent should be at this moment, where the agent is, and what comes next in the plan.

    `off`: the plan is not kept, since when, and whether that is more than the grace.
    """

    planned: Planned | None
    following: Planned | None
    stay: Stay
    off: Running | None


@value
class _Lived:
    plans: Mapping[str, Sequence[Planned]]
    done: Mapping[str, Sequence[Stay]]


def day_bounds(snapshot: Snapshot, day: date) -> Span:
    """Returns when a day of the workspace begins and ends."""
    return midnight(day, snapshot.spec.zone), midnight(day + timedelta(days=1), snapshot.spec.zone)


async def figures_of_day(
    session: AsyncSession, snapshot: Snapshot, day: date, now: datetime, agents: Collection[str] | None = None
) -> dict[str, Figures]:
    """Returns the figures of each agent, or of some, who has a shift on the day; of one that runs, until now."""
    begins, ends = day_bounds(snapshot, day)
    lived = await _lived(session, snapshot, (begins, ends), now, agents)
    bounds = begins, max(begins, min(ends, now))
    forgiven = await excused(session, snapshot.workspace_id, list(lived.plans), (begins, ends))
    grace_s = snapshot.spec.adherence_grace_s
    return {
        name: figures(pieces, lived.done[name], forgiven.get(name, ()), bounds, grace_s)
        for name, pieces in lived.plans.items()
    }


async def kept_on_days(
    session: AsyncSession, snapshot: Snapshot, days: Sequence[date], agents: Collection[str], now: datetime
) -> dict[str, dict[date, tuple[float, float]]]:
    """Returns the adherent and the scheduled hours of some agents on each of some consecutive days on which they have a
    shift; of one that runs, until now.
    """
    bounds = [min(day_bounds(snapshot, day)[0], now) for day in (*days, days[-1] + timedelta(days=1))]
    period = bounds[0], bounds[-1]
    if period[0] == period[1]:
        return {}
    plans = await planned(session, snapshot, period, agents)
    since, until = _reach(plans, period, now)
    reasons = reasons_of(activities_of(snapshot).values())
    states = await states_of(session, snapshot.workspace_id, list(plans), (since, until), reasons)
    forgiven = await excused(session, snapshot.workspace_id, list(plans), period)
    grace_s = snapshot.spec.adherence_grace_s

    def found() -> dict[str, dict[date, tuple[float, float]]]:
        done = {name: Done(states.get(name, NO_STATES), reasons, until) for name in plans}
        return {
            name: _by_day(days, kept(pieces, done[name], forgiven.get(name, ()), bounds, grace_s))
            for name, pieces in plans.items()
        }

    return await asyncio.to_thread(found)  # desks must not wait


def _by_day(days: Sequence[date], seconds: Sequence[tuple[float, float]]) -> dict[date, tuple[float, float]]:
    return {
        day: (adherent / HOUR_S, scheduled / HOUR_S)
        for day, (adherent, scheduled) in zip(days, seconds, strict=True)
        if scheduled
    }


async def agents_now(session: AsyncSession, snapshot: Snapshot, now: datetime) -> dict[str, AgentNow]:
    """Returns each agent whose plan has something at this moment or later on the day, and is in the configuration."""
    _, ends = day_bounds(snapshot, now.astimezone(snapshot.spec.zone).date())
    lived = await _lived(session, snapshot, (now - LOOK_BACK, ends), now, None)
    excuses = await excused(session, snapshot.workspace_id, list(lived.plans), (now - LOOK_BACK, now))
    return {
        name: _now(pieces, lived.done[name], now, snapshot.spec.adherence_grace_s, excused=name in excuses)
        for name, pieces in lived.plans.items()
        if name in snapshot.agents
    }


def _now(pieces: Sequence[Planned], done: Sequence[Stay], now: datetime, grace_s: float, *, excused: bool) -> AgentNow:
    current = at_moment(pieces, now)
    following = next((one for one in pieces if one.begins_at > now), None)
    off = None if excused or not current else running(pieces, done, grace_s)
    return AgentNow(current, following, done[-1], off)


async def _lived(
    session: AsyncSession, snapshot: Snapshot, period: Span, now: datetime, agents: Collection[str] | None
) -> _Lived:
    """Returns what was planned and what was done, from the first shift that reaches into the period until now."""
    plans = await planned(session, snapshot, period, agents)
    return _Lived(plans, await stays_of(session, snapshot.workspace_id, list(plans), _reach(plans, period, now)))


def _reach(plans: Mapping[str, Sequence[Planned]], period: Span, now: datetime) -> Span:
    """Returns the period with all of the shifts that reach into it, as far as it is over."""
    since = min([period[0], *(pieces[0].begins_at for pieces in plans.values() if pieces)])
    until = max([period[1], *(pieces[-1].ends_at for pieces in plans.values() if pieces)])
    return since, max(since, min(until, now))
