"""What the service has measured of those who wait and those who work, for the days that are played."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_reports import agent_times
from mci_router.values import value

LOOKED_BACK = timedelta(days=28)
ENOUGH_LEFT = 20  # customers who left: of fewer the mean patience is chance
ENOUGH_HOURS = 8.0  # of agents signed in: of less the absence is one person's day
AVAILABLE = "available"

PATIENCE = text(
    """
    SELECT queue, sum(waited_s) AS waited_s, count(*) FILTER (WHERE left_as IN ('abandoned', 'short_abandoned')) AS gone
    FROM segments WHERE workspace_id = :workspace AND entered_at >= :since AND entered_at < :until
    GROUP BY queue
    """
)


@value
class Absence:
    """The share of their time signed in that agents were not available, and the hours that it was measured over."""

    share: float
    hours: float


async def patience(session: AsyncSession, workspace: str, now: datetime) -> Mapping[str, float]:
    """Returns the mean patience by queue, in seconds, where enough customers have left.

    All time in line ÷ those who left: the maximum likelihood for exponential patience where who is answered was
    patient for at least as long (as in Brown et al., "Statistical analysis of a telephone call center", JASA 2005).
    """
    rows = await session.execute(PATIENCE, {"workspace": workspace, "since": now - LOOKED_BACK, "until": now})
    return {row.queue: max(1.0, row.waited_s / row.gone) for row in rows if row.gone >= ENOUGH_LEFT}


async def absence(session: AsyncSession, workspace: str, agents: Sequence[str], now: datetime) -> Absence | None:
    """Returns the agents' absence (shrinkage) of the last four weeks; None where too little is known of them."""
    found = await agent_times(session, workspace, agents, [now - LOOKED_BACK, now], now)
    there = sum(one.signed_in_s for (one,) in found.values())
    if there < ENOUGH_HOURS * 3600:
        return None
    available = sum(one.by_presence.get(AVAILABLE, 0.0) for (one,) in found.values())
    return Absence(1 - available / there, there / 3600)
