"""Patience: how long customers of each queue wait on the mean before they leave, measured over the last days."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mci_router.database import Database

LOOKED_BACK = timedelta(days=7)
ENOUGH = 20  # who left; with fewer, nobody knows
# The maximum-likelihood estimate for exponential patience, of which an answer has seen only a part: all time waited,
# over all who left. Mandelbaum and Zeltyn, "The Palm/Erlang-A queue, with applications to call centers" (2005).
MEASURED = """
    SELECT queue, sum(waited_s) / gone AS patience_s FROM (
      SELECT queue, waited_s, count(*) FILTER (WHERE left_as IN ('abandoned', 'short_abandoned')) OVER (
        PARTITION BY queue) AS gone
      FROM segments WHERE workspace_id = $1 AND entered_at >= $2 AND entered_at < $3 AND left_at IS NOT NULL
    ) AS stays WHERE gone >= $4 GROUP BY queue, gone
"""


async def patience(database: Database, workspace: str, now: datetime) -> Mapping[str, float]:
    """Returns the mean patience, in seconds, of each queue that enough customers have left.

    Raises DatabaseUnavailable.
    """
    rows = await database.read(MEASURED, workspace, now - LOOKED_BACK, now, ENOUGH)
    return {row["queue"]: max(1.0, float(row["patience_s"])) for row in rows}
