"""How much a queue has answered lately, from the facts of reports."""

from datetime import datetime, timedelta

from mci_router.database import Database

LATELY = timedelta(days=7)  # as long as a week's pattern

ANSWERED = """
SELECT COALESCE(sum(answered), 0)::bigint AS answered, min(starts_at) AS since FROM interval_stays
WHERE workspace_id = $1 AND grain = 'queue' AND starts_at >= $2 AND queue = $3
"""


async def answered_lately(database: Database, workspace: str, queue: str, now: datetime) -> tuple[int, datetime | None]:
    """Returns how many contacts of a queue were answered over the last seven days, and since when it had any in them.

    Raises DatabaseUnavailable.
    """
    (row,) = await database.read(ANSWERED, workspace, now - LATELY, queue)
    return row["answered"], row["since"]
