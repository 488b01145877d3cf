"""Reports of agents: what each wanted and did in each interval, read from the ledger.

The changes of an agent, and the contacts that it has served, come as arrays, one row an agent.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_states import EVERYBODY, changes_of
from mci_router.insight.agent_time import (
    NO_SPANS,
    NO_STATES,
    NOTHING_SAID,
    PRESENCES,
    AgentTime,
    Spans,
    States,
    marks,
    micros,
    signed_in,
    times,
)
from mci_router.insight.sent_arrays import int4s, moments

LONGEST_STAY = timedelta(days=93)  # a stay that entered earlier is not looked for

AGENTS = text(
    """
    SELECT agent FROM (
      SELECT DISTINCT agent FROM agent_states
      WHERE workspace_id = :workspace AND id >= :since_id AND id < :until_id AND agent <> ''
      UNION SELECT unnest(CAST(:known AS text[]))
    ) AS seen ORDER BY agent
    """
)
CHANGES = text(
    f"""
    WITH said AS (
      {changes_of(":all")}
    ), of_each AS (
      SELECT agent AS name, id, at, presence, reachable, reason FROM said WHERE agent <> '{EVERYBODY}'
      UNION ALL
      SELECT name, id, at, presence, reachable, reason FROM said, unnest(CAST(:agents AS text[])) AS name
      WHERE agent = '{EVERYBODY}'
    ), coded AS (
      SELECT name, id, at, COALESCE(array_position(CAST(:presences AS text[]), presence) - 1, {NOTHING_SAID}) AS wants,
        COALESCE(reachable::int, {NOTHING_SAID}) AS reachable,
        COALESCE(array_position(CAST(:reasons AS text[]), reason), 0) AS reason
      FROM of_each
    )
    SELECT name, array_send(array_agg(at ORDER BY id)) AS at, array_send(array_agg(wants ORDER BY id)) AS wants,
      array_send(array_agg(reachable ORDER BY id)) AS reachable, array_send(array_agg(reason ORDER BY id)) AS reason
    FROM coded GROUP BY name
    """  # noqa: S608 — constants
)
SERVED = text(
    """
    SELECT agent, array_send(array_agg(answered_at)) AS begins, array_send(array_agg(COALESCE(left_at, :now))) AS ends
    FROM segments
    WHERE workspace_id = :workspace AND agent = ANY(:agents) AND answered_at < :until
      AND entered_at < :until AND entered_at >= :earliest AND (left_at IS NULL OR left_at > :since)
    GROUP BY agent
    """
)


async def agents_of(
    session: AsyncSession, workspace: str, known: Sequence[str], bounds: Sequence[datetime]
) -> list[str]:
    """Returns the names of the agents that a report of the period has, in order: the `known` ones, and those whose
    state has changed in it.
    """
    return list(await session.scalars(AGENTS, _period(workspace, bounds) | {"known": list(known)}))


async def agent_times(
    session: AsyncSession, workspace: str, agents: Sequence[str], bounds: Sequence[datetime], now: datetime
) -> dict[str, list[AgentTime]]:
    """Returns the time of each of the agents in each interval."""
    known, states = _period(workspace, bounds), await states_of(session, workspace, agents, bounds)
    rows = await session.execute(SERVED, known | {"agents": list(agents), "now": now})
    served = {row.agent: Spans(moments(row.begins), moments(row.ends)) for row in rows}

    def found() -> dict[str, list[AgentTime]]:
        return {name: times(states.get(name, NO_STATES), served.get(name, NO_SPANS), bounds, now) for name in agents}

    return await asyncio.to_thread(found)  # desks must not wait


async def signed_in_s(
    session: AsyncSession, workspace: str, agents: Sequence[str], bounds: Sequence[datetime], now: datetime
) -> list[float]:
    """Returns for how many seconds the agents together were signed in, in each interval; as `agent_times` has it."""
    states = await states_of(session, workspace, agents, bounds)
    return await asyncio.to_thread(_together, states, bounds, now)  # desks must not wait


def _together(states: Mapping[str, States], bounds: Sequence[datetime], now: datetime) -> list[float]:
    edges, ends, total = marks(bounds), micros(now), np.zeros(len(bounds) - 1)
    for of_agent in states.values():
        for spans in signed_in(of_agent, ends).values():
            total += spans.seconds_in(edges)
    found: list[float] = total.tolist()
    return found


async def states_of(
    session: AsyncSession,
    workspace: str,
    agents: Sequence[str],
    bounds: Sequence[datetime],
    reasons: Sequence[str] = (),
) -> dict[str, States]:
    """Returns how the states of agents changed, with these reasons; the first changes may be of before the period."""
    named = {"agents": list(agents), "all": [*agents, EVERYBODY], "reasons": list(reasons)}
    known: dict[str, Any] = named | {"presences": [str(one) for one in PRESENCES]}
    rows = await session.execute(CHANGES, _period(workspace, bounds) | known)
    return {
        row.name: States(moments(row.at), int4s(row.wants), int4s(row.reachable), int4s(row.reason)) for row in rows
    }


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
