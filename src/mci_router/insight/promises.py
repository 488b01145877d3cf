"""Promises: contacts that came to a queue, what they were promised by an interim service level, and when an agent
answered.

A contact counts once, where it first stood in line; the first answer of an agent counts, in whatever queue it came.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.values import value

MOST = 50_000
"""The newest contacts that are read of a period."""

ROOM = text("SET LOCAL work_mem = '32MB'")  # for what would be sorted on disk
ROWS = text(
    """
    SELECT f.queue, f.entered_at AS began_at, COALESCE(f.answered_at, a.answered_at) AS answered_at, c.ended_at,
      c.state = 'abandoned' AS left_early,
      d.promised ->> 'level' AS level, d.promised ->> 'class_name' AS class_name,
      (d.promised ->> 'within_s')::float8 AS within_s
    FROM segments f
    JOIN contacts c ON c.id = f.contact_id AND c.kind = 'customer'
    LEFT JOIN LATERAL (
      SELECT min(s.answered_at) AS answered_at FROM segments s
      WHERE f.answered_at IS NULL
        AND s.workspace_id = f.workspace_id AND s.contact_id = f.contact_id AND s.entered_at >= f.entered_at
    ) a ON true
    LEFT JOIN LATERAL (
      SELECT route -> 'service_level' AS promised FROM decisions
      WHERE decisions.contact_id = f.contact_id AND route ->> 'queue' IS NOT NULL ORDER BY rung LIMIT 1
    ) d ON true
    WHERE f.workspace_id = :workspace AND f.entered_at >= :since AND f.entered_at < :until AND f.n = 1
      AND f.channel <> 'task'
    ORDER BY f.entered_at DESC LIMIT :most
    """
)


@value
class Promised:
    """A contact in line: its first queue, since when, until when it waited, and what it was promised, if anything.

    `ended_at` is its end, whatever that was; `left_early`: its customer left.
    """

    queue: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    left_early: bool
    level: str | None
    class_name: str | None
    within_s: float | None


async def promises(
    session: AsyncSession, workspace: str, since: datetime, until: datetime, most: int = MOST
) -> Sequence[Promised]:
    """Returns the contacts that first came to a queue in [since, until), the newest first, at most so many."""
    asked = {"workspace": workspace, "since": since, "until": until, "most": most}
    await session.execute(ROOM)
    return [Promised(*row) for row in await session.execute(ROWS, asked)]
