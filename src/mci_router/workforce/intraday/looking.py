"""Looking at the rest of a day, every quarter-hour: what comes, who is there, how it is going to be, and what helps."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Protocol

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.insight.intervals import QUARTER, quarter
from mci_router.routing.engine import Engine
from mci_router.routing.live_queues import LiveQueues
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Presence, TriedBy
from mci_router.workforce.adherence.days import agents_now, day_bounds
from mci_router.workforce.adherence.planned import planned
from mci_router.workforce.adherence.timelines import Planned
from mci_router.workforce.intraday import rounds
from mci_router.workforce.intraday.demand import Foreseen, rest_queues
from mci_router.workforce.intraday.moves import Outlook
from mci_router.workforce.intraday.patience import patience
from mci_router.workforce.intraday.people import Here, rest_agents
from mci_router.workforce.intraday.rest import Move, Rest, RestQueue, moved

log = logging.getLogger(__name__)

AHEAD = timedelta(days=2)  # the next shift may forbid overtime
MOST_AGENTS = 1_000

Try = Callable[[Snapshot, Rest, Mapping[str, str]], Awaitable[tuple[Outlook, TriedBy]]]
"""Tries out a workspace's rest of a day, whose queues have these channels."""


class ForecastRow(Foreseen, Protocol):
    """A quarter-hour of a forecast, with what has come of it."""

    @property
    def channel(self) -> str: ...
    @property
    def actual(self) -> int | None: ...


class Forecasting(Protocol):
    """Who knows what is expected of a day."""

    async def of(
        self, snapshot: Snapshot, day: date, queues: Sequence[str] | None = None, *, intraday: bool = False
    ) -> Sequence[ForecastRow]: ...


@value
class _Seen:
    """What one look sees."""

    now: datetime
    rows: Sequence[ForecastRow]
    live: LiveQueues
    plans: Mapping[str, Sequence[Planned]]
    here: Mapping[str, Here]
    rest: Rest


class Intraday:
    """Looks at the days of workspaces, and proposes moves. It makes none."""

    def __init__(self, database: Database, engine: Engine, forecasts: Forecasting, try_out: Try) -> None:
        self._database = database
        self._engine = engine
        self._forecasts = forecasts
        self._try_out = try_out
        self._looked_at: dict[str, datetime] = {}

    async def turn(self, snapshot: Snapshot) -> None:
        """Looks once a quarter-hour at a workspace that has a forecast of the day. Raises EngineUnavailable,
        DatabaseUnavailable.
        """
        now, workspace = utc_now(), snapshot.workspace_id
        if self._looked_at.get(workspace) == quarter(now):
            return
        self._looked_at[workspace] = quarter(now)  # what failed by itself would fail again
        try:
            async with self._database.reading() as session:
                last = await rounds.newest(session, workspace)
            if last:  # else nothing was ever proposed
                async with self._database.transaction() as session:
                    await rounds.end_what_is_over(session, workspace, now)
            if last is None or last.at < quarter(now):
                await self.look(snapshot, now)
        except Problem:
            del self._looked_at[workspace]
            raise

    async def look(self, snapshot: Snapshot, now: datetime) -> None:
        """Looks at the rest of the day and keeps what was found; nothing without a forecast."""
        workspace, day = snapshot.workspace_id, now.astimezone(snapshot.spec.zone).date()
        rows = await self._forecasts.of(snapshot, day, intraday=True)
        if not rows or not await self._engine.built(workspace):
            return
        seen = await self._see(snapshot, now, rows)
        found, by = await self._try_out(snapshot, seen.rest, _channels(rows))
        figures = _figures(snapshot, seen, found) | {"by": by}
        moves, bounds = [(one, by) for one in found.proposed], day_bounds(snapshot, day)
        async with self._database.transaction() as session:
            kept = await rounds.keep(session, workspace, now, figures, moves, bounds)
        if kept and found.proposed:
            log.info("the day of %s: %d moves are proposed", workspace, len(found.proposed))

    async def _see(self, snapshot: Snapshot, now: datetime, rows: Sequence[ForecastRow]) -> _Seen:
        workspace = snapshot.workspace_id
        _, ends = day_bounds(snapshot, now.astimezone(snapshot.spec.zone).date())
        patient, live = await patience(self._database, workspace, now), await self._engine.queue_figures(workspace)
        async with self._database.transaction() as session:
            plans = await planned(session, snapshot, (now, now + AHEAD))
            placed = await agents_now(session, snapshot, now)
            agreed = await rounds.agreed(session, workspace, now)
        missing = frozenset(name for name, one in placed.items() if one.off and not one.off.forgiven)
        here = await self._here(snapshot)
        queues = rest_queues(rows, snapshot.queues, live.queues, patient, now, ends)
        agents = rest_agents(snapshot, plans, here, missing, now, ends)
        rest = Rest((ends - now).total_seconds(), queues, agents, {})
        return _Seen(now, rows, live, plans, here, reduce(_agreed, agreed, rest))

    async def _here(self, snapshot: Snapshot) -> dict[str, Here]:
        names = sorted(snapshot.agents)[:MOST_AGENTS]
        records = await self._engine.agent_records(snapshot.workspace_id, names)
        return {name: _present(record) for name, (record, _) in zip(names, records, strict=True)}


def _channels(rows: Sequence[ForecastRow]) -> dict[str, str]:
    """Returns the channel of each queue on which most are expected."""
    expected = Counter[tuple[str, str]]()
    for row in rows:
        expected[row.queue, row.channel] += round(row.arrivals * 1000)
    return {queue: channel for (queue, channel), _ in reversed(expected.most_common())}


def _agreed(rest: Rest, move: Move) -> Rest:
    return moved(rest, move)


def _present(record: Mapping[str, Any]) -> Here:
    there = record.get("reachable") == "1" and "suspended" not in record
    return Here(there and record.get("wants") == Presence.AVAILABLE, there and int(record.get("used", 0)) > 0)


def _figures(snapshot: Snapshot, seen: _Seen, found: Outlook) -> dict[str, Any]:
    """Returns what a round keeps: each queue beside its forecast, its people and its goal."""
    return {
        "days": found.days,
        "until": (seen.now + timedelta(seconds=seen.rest.until_s)).isoformat(),
        "queues": {queue.name: _queue(snapshot, queue, seen, found) for queue in seen.rest.queues},
    }


def _queue(snapshot: Snapshot, queue: RestQueue, seen: _Seen, found: Outlook) -> dict[str, Any]:
    over = [row for row in seen.rows if row.queue == queue.name and row.begins + QUARTER <= seen.now]
    able = [agent for agent in seen.rest.agents if queue.name in agent.queues]
    level, certainty = found.levels[queue.name], found.certainty[queue.name]
    return {
        "position": snapshot.queues[queue.name].position,
        "goal": queue.goal,
        "target_s": queue.target_s,
        "deferrable": queue.deferrable,
        "arrived": sum(row.actual or 0 for row in over),
        "forecast_so_far": round(sum(row.arrivals for row in over), 1),
        "forecast_rest": round(sum(queue.arrivals), 1),
        "aht_s": round(queue.aht_s, 1),
        "waiting": len(queue.waited),
        "planned": sum(1 for agent in able if _planned_now(seen, agent.name)),
        "present": sum(1 for agent in able if seen.here.get(agent.name, Here(available=False, busy=False)).available),
        "level": None if level is None else round(level, 4),
        "certainty": None if certainty is None else round(certainty, 3),
    }


def _planned_now(seen: _Seen, agent: str) -> bool:
    pieces = seen.plans.get(agent, ())
    return any(one.begins_at <= seen.now < one.ends_at and one.activity.available for one in pieces)
