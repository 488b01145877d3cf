"""Reports from the ledger: what happened between two times."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.values import value

QUEUE_ROWS = text(
    """
    SELECT queue,
      count(answered_at) AS answered,
      count(*) FILTER (WHERE answered_at <= due_at) AS answered_in_time,
      count(*) FILTER (WHERE left_as = 'short_abandoned') AS abandoned_short,
      count(*) FILTER (WHERE left_as = 'abandoned' AND left_at <= due_at) AS abandoned_in_time,
      count(*) FILTER (WHERE left_as = 'abandoned' AND left_at > due_at) AS abandoned_late,
      count(*) FILTER (WHERE answered_at IS NULL AND left_as NOT IN ('abandoned', 'short_abandoned')) AS moved_on,
      count(*) FILTER (WHERE waits) AS waiting,
      count(*) FILTER (WHERE waits AND due_at < now()) AS waiting_late,
      extract(epoch FROM max(now() - entered_at) FILTER (WHERE waits)) AS oldest_wait_s,
      avg(waited_s) FILTER (WHERE answered_at IS NOT NULL) AS asa_s,
      percentile_cont(0.99) WITHIN GROUP (ORDER BY waited_s) FILTER (WHERE answered_at IS NOT NULL) AS p99_wait_s,
      avg(extract(epoch FROM greatest(answered_at - due_at, interval '0'))) FILTER (WHERE answered_at IS NOT NULL)
        AS mean_excess_s,
      avg(talk_s + held_s + wrap_up_s) FILTER (WHERE answered_at IS NOT NULL AND left_at IS NOT NULL) AS aht_s
    FROM (
      SELECT *, answered_at IS NULL AND left_at IS NULL AS waits FROM segments
      WHERE workspace_id = :workspace AND entered_at >= :since AND entered_at < :until
    ) stays
    GROUP BY queue ORDER BY queue
    """
)
CONTACT_ROWS = text(
    """
    SELECT kind, cell, outcome, state, count(*) AS contacts FROM contacts
    WHERE workspace_id = :workspace AND accepted_at >= :since AND accepted_at < :until
    GROUP BY kind, cell, outcome, state ORDER BY kind, cell, outcome, state
    """
)


@value
class QueueReport:
    """A queue's figures: shares in [0, 1], times in seconds, None where nothing was counted.

    They count what came to the queue, also what went on to another. Waits are of this queue, while it was open; the
    handle time is talk, hold and wrap-up.
    """

    queue: str
    tally: ServiceLevelTally
    moved_on: int
    waiting: int
    waiting_late: int
    oldest_wait_s: float | None
    asa_s: float | None
    p99_wait_s: float | None
    mean_excess_s: float | None
    aht_s: float | None


async def service_levels(session: AsyncSession, workspace: str, since: datetime, until: datetime) -> list[QueueReport]:
    """Returns one report a queue, over the segments that began in [since, until)."""
    parameters = {"workspace": workspace, "since": since, "until": until}
    rows = (await session.execute(QUEUE_ROWS, parameters)).mappings().all()
    return [
        QueueReport(
            queue=row["queue"],
            tally=ServiceLevelTally(**{name: row[name] for name in ServiceLevelTally.__dataclass_fields__}),
            moved_on=row["moved_on"],
            waiting=row["waiting"],
            waiting_late=row["waiting_late"],
            **{name: _number(row[name]) for name in ("oldest_wait_s", "asa_s", "p99_wait_s", "mean_excess_s", "aht_s")},
        )
        for row in rows
    ]


async def contacts_by_fate(
    session: AsyncSession, workspace: str, since: datetime, until: datetime
) -> list[dict[str, object]]:
    """Returns contacts accepted in [since, until), counted by who wrote, cell, outcome and state."""
    rows = await session.execute(CONTACT_ROWS, {"workspace": workspace, "since": since, "until": until})
    return [dict(row) for row in rows.mappings()]


def _number(value: object) -> float | None:
    return None if value is None else round(float(value), 3)  # type: ignore[arg-type]
