"""The report of retention: offers made and kept, customers saved, and what that is worth."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.values import value

DIMENSIONS = ("agent", "queue", "topic")
COUNTS = ("handled", "reported", "offers_made", "offers_kept", "saved", "amount")
MOST_GROUPS = 5_000
_ROWS = """
WITH told AS (
  SELECT {by}, count(*) AS reported, sum(offers_made) AS offers_made, sum(offers_kept) AS offers_kept,
    count(*) FILTER (WHERE saved) AS saved, COALESCE(sum(amount), 0) AS amount
  FROM retentions WHERE workspace_id = :workspace AND at >= :since AND at < :until GROUP BY {places}
), done AS (
  SELECT {by}, count(DISTINCT contact_id) AS handled FROM segments
  WHERE workspace_id = :workspace AND entered_at >= :since AND entered_at < :until
    AND answered_at IS NOT NULL AND left_at IS NOT NULL AND topic = ANY(CAST(:topics AS text[])) GROUP BY {places}
)
SELECT {group}, COALESCE(handled, 0) AS handled, COALESCE(reported, 0) AS reported,
  COALESCE(offers_made, 0) AS offers_made, COALESCE(offers_kept, 0) AS offers_kept, COALESCE(saved, 0) AS saved,
  COALESCE(amount, 0) AS amount
FROM told FULL JOIN done USING ({group}) ORDER BY {group} LIMIT {most}
"""


@value
class RetentionFigures:
    """What became of a group's contacts, by its values of the dimensions asked for."""

    group: tuple[str | None, ...]
    handled: int
    reported: int
    offers_made: int
    offers_kept: int
    saved: int
    amount: Decimal


async def retention(
    session: AsyncSession,
    workspace: str,
    since: datetime,
    until: datetime,
    by: Sequence[str],
    topics: Sequence[str],
) -> list[RetentionFigures]:
    """Returns the figures of [since, until) by some of `DIMENSIONS`; `topics` are those whose contacts may be saved.

    Results count when they were told, handled contacts by when they entered their queue.
    """
    group = ", ".join(by) or "everything"
    columns = ", ".join(f"COALESCE({one}, '') AS {one}" for one in by) or "1 AS everything"
    places = ", ".join(str(place) for place, _ in enumerate(by or "1", 1))
    query = _ROWS.format(by=columns, group=group, places=places, most=MOST_GROUPS)
    parameters = {"workspace": workspace, "since": since, "until": until, "topics": list(topics)}
    rows = (await session.execute(text(query), parameters)).mappings().all()
    return [
        RetentionFigures(tuple(row[one] or None for one in by), **{name: row[name] for name in COUNTS}) for row in rows
    ]
