"""What was imported: forecasts learn from it until the router's own counts of a queue begin."""

import json
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.workforce.history.reading import Key, Quarter

AT_ONCE = 5_000  # rows of a statement

PUT = text(
    """
    INSERT INTO imported_intervals (workspace_id, queue, channel, starts_at, arrivals, handled, handle_s)
    SELECT :workspace, r.queue, r.channel, r.starts_at, r.arrivals, r.handled, r.handle_s
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(queue text, channel text, starts_at timestamptz,
      arrivals float, handled float, handle_s float)
    ON CONFLICT (workspace_id, queue, channel, starts_at) DO UPDATE SET arrivals = excluded.arrivals,
      handled = excluded.handled, handle_s = excluded.handle_s
    """
)
# Its processes see a new revision, and make the forecasts of today and the days ahead.
AGAIN = (
    text("UPDATE workspaces SET revision = revision + 1 WHERE id = :workspace"),
    text("UPDATE forecast_progress SET made_on = NULL WHERE workspace_id = :workspace"),
)


async def put(session: AsyncSession, workspace: str, rows: Mapping[Key, Quarter]) -> None:
    """Keeps quarter-hours, in the transaction of the session; those that were imported before are replaced. Forecasts
    of today, where there is none yet, and of the days ahead follow.
    """
    every = [
        {"queue": queue, "channel": channel, "starts_at": at.isoformat(), **_figures(quarter)}
        for (queue, channel, at), quarter in rows.items()
    ]
    for start in range(0, len(every), AT_ONCE):
        part = {"workspace": workspace, "rows": json.dumps(every[start : start + AT_ONCE])}
        await session.execute(PUT, part)
    for statement in AGAIN:
        await session.execute(statement, {"workspace": workspace})


def _figures(quarter: Quarter) -> dict[str, float]:
    return {"arrivals": quarter.arrivals, "handled": quarter.handled, "handle_s": quarter.handle_s}
