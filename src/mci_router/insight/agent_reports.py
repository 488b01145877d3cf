"""Reports of agents: what each wanted and did in each interval, read from the ledger."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_states import EVERYBODY
from mci_router.insight.agent_time import AgentTime, Span, StateChange, clipped, signed_in, times

LONGEST_STAY = timedelta(days=93)  # a stay that entered earlier is not looked for

AGENTS = text(
    """
    SELECT agent FROM (
      SELECT DISTINCT agent FROM agent_states
      WHERE workspace_id = :workspace AND id >= :since_id AND id < :until_id AND agent <> ''
      UNION SELECT DISTINCT agent FROM interval_stays WHERE workspace_id = :workspace
        AND grain = 'detail' AND starts_at >= :since AND starts_at < :until AND agent <> ''
      UNION SELECT unnest(CAST(:known AS text[]))
    ) AS seen ORDER BY agent
    """
)
# The state in which each agent comes into the period is that of the newest entries before it.
CHANGES = text(
    """
    SELECT agent, id, at, presence, reachable FROM agent_states
    WHERE workspace_id = :workspace AND agent = ANY(:agents) AND id >= :since_id AND id < :until_id
    UNION ALL
    SELECT before.agent, before.id, before.at, before.presence, before.reachable
    FROM unnest(CAST(:agents AS text[])) AS name
    CROSS JOIN LATERAL (
      (SELECT * FROM agent_states WHERE workspace_id = :workspace AND agent = name AND id < :since_id
         AND presence IS NOT NULL ORDER BY id DESC LIMIT 1)
      UNION ALL
      (SELECT * FROM agent_states WHERE workspace_id = :workspace AND agent = name AND id < :since_id
         AND reachable IS NOT NULL ORDER BY id DESC LIMIT 1)
    ) AS before
    ORDER BY id
    """
)
SERVED = text(
    """
    SELECT agent, answered_at AS since, left_at AS until FROM segments
    WHERE workspace_id = :workspace AND agent = ANY(:agents) AND answered_at < :until
      AND entered_at < :until AND entered_at >= :earliest AND (left_at IS NULL OR left_at > :since)
    """
)


async def agents_of(
    session: AsyncSession, workspace: str, known: Sequence[str], bounds: Sequence[datetime]
) -> list[str]:
    """Returns the names of the agents that a report of the period has, in order: the `known` ones and who was there."""
    return list(await session.scalars(AGENTS, _period(workspace, bounds) | {"known": list(known)}))


async def agent_times(
    session: AsyncSession, workspace: str, agents: Sequence[str], bounds: Sequence[datetime], now: datetime
) -> dict[str, list[AgentTime]]:
    """Returns the time of each of the agents in each interval."""
    known, changes = _period(workspace, bounds), await _changes(session, workspace, agents, bounds)
    served: dict[str, list[Span]] = defaultdict(list)
    for row in await session.execute(SERVED, known | {"agents": list(agents)}):
        served[row.agent].append((row.since, row.until or now))
    return {agent: times(changes[agent], served[agent], bounds, now) for agent in agents}


async def signed_in_s(
    session: AsyncSession, workspace: str, agents: Sequence[str], bounds: Sequence[datetime], now: datetime
) -> list[float]:
    """Returns for how many seconds the agents together were signed in, in each interval; as `agent_times` has it."""
    changes = await _changes(session, workspace, agents, bounds)
    return await asyncio.to_thread(_together, changes, bounds, now)  # desks must not wait


def _together(changes: Mapping[str, Sequence[StateChange]], bounds: Sequence[datetime], now: datetime) -> list[float]:
    total = [0.0] * (len(bounds) - 1)
    for of_agent in changes.values():
        for spans in signed_in(of_agent, now).values():
            total = [so_far + more for so_far, more in zip(total, clipped(spans, bounds), strict=True)]
    return total


async def _changes(
    session: AsyncSession, workspace: str, agents: Sequence[str], bounds: Sequence[datetime]
) -> dict[str, list[StateChange]]:
    changes: dict[str, list[StateChange]] = defaultdict(list)
    for row in await session.execute(CHANGES, _period(workspace, bounds) | {"agents": [*agents, EVERYBODY]}):
        for agent in agents if row.agent == EVERYBODY else (row.agent,):
            changes[agent].append(StateChange(row.at, row.presence, row.reachable))
    return changes


def _period(workspace: str, bounds: Sequence[datetime]) -> dict[str, object]:
    since, until = bounds[0], bounds[-1]
    return {
        "workspace": workspace,
        "since": since,
        "until": until,
        "since_id": f"{int(since.timestamp() * 1000):015d}",
        "until_id": f"{int(until.timestamp() * 1000):015d}",
        "earliest": since - LONGEST_STAY,
    }
