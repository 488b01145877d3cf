"""Reports from the ledger: what happened between two times."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.service_level import ServiceLevelTally

QUEUE_ROWS = text(
    """
    SELECT queue,
      count(*) FILTER (WHERE answered_at IS NOT NULL) AS answered,
      count(*) FILTER (WHERE answered_at <= due_at) AS answered_in_time,
      count(*) FILTER (WHERE left_unanswered AND wait_s <= :short_s) AS abandoned_short,
      count(*) FILTER (WHERE left_unanswered AND wait_s > :short_s AND ended_at <= due_at) AS abandoned_in_time,
      count(*) FILTER (WHERE left_unanswered AND wait_s > :short_s AND ended_at > due_at) AS abandoned_late,
      count(*) FILTER (WHERE answered_at IS NULL AND ended_at IS NULL) AS waiting,
      count(*) FILTER (WHERE answered_at IS NULL AND ended_at IS NULL AND due_at < now()) AS waiting_late,
      extract(epoch FROM max(now() - enqueued_at) FILTER (WHERE answered_at IS NULL AND ended_at IS NULL))
        AS oldest_wait_s,
      avg(wait_s) FILTER (WHERE answered_at IS NOT NULL) AS asa_s,
      percentile_cont(0.99) WITHIN GROUP (ORDER BY wait_s) FILTER (WHERE answered_at IS NOT NULL) AS p99_wait_s,
      avg(extract(epoch FROM greatest(answered_at - due_at, interval '0'))) FILTER (WHERE answered_at IS NOT NULL)
        AS mean_excess_s,
      avg(extract(epoch FROM ended_at - answered_at)) FILTER (WHERE answered_at IS NOT NULL AND ended_at IS NOT NULL)
        AS aht_s
    FROM (
      SELECT *, state = 'abandoned' AND answered_at IS NULL AS left_unanswered,
        extract(epoch FROM coalesce(answered_at, ended_at) - enqueued_at) AS wait_s
      FROM contacts
      WHERE workspace_id = :workspace AND queue IS NOT NULL AND outcome = 'agent'
        AND accepted_at >= :since AND accepted_at < :until
    ) queued
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


@dataclass(frozen=True, slots=True)
class QueueReport:
    """A queue's figures: shares in [0, 1], times in seconds, None where nothing was counted. Waits count all hours."""

    queue: str
    tally: ServiceLevelTally
    waiting: int
    waiting_late: int
    oldest_wait_s: float | None
    asa_s: float | None
    p99_wait_s: float | None
    mean_excess_s: float | None
    aht_s: float | None


async def service_levels(
    session: AsyncSession, workspace: str, since: datetime, until: datetime, *, short_s: float
) -> list[QueueReport]:
    """Returns one report a queue, over the contacts accepted in [since, until)."""
    parameters = {"workspace": workspace, "since": since, "until": until, "short_s": short_s}
    rows = (await session.execute(QUEUE_ROWS, parameters)).mappings().all()
    return [
        QueueReport(
            queue=row["queue"],
            tally=ServiceLevelTally(**{name: row[name] for name in ServiceLevelTally.__dataclass_fields__}),
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
