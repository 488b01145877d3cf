"""Scoring: once a day is over, what its frozen forecasts said is held against what came."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.intervals import QUARTER
from mci_router.specs.snapshot import Snapshot
from mci_router.workforce.forecast.accuracy import Missed

AGAIN = timedelta(days=2)  # what came late in the ledger, and is counted again
MOST = 2_000  # forecasts a transaction

# Nobody judges a forecast by a marked day.
UNSCORED = text(
    """
    SELECT day, queue, channel, begins_at, expected, low, high FROM forecasts
    WHERE workspace_id = :workspace AND day < :today AND day <> ALL(CAST(:excluded AS date[]))
      AND (came IS NULL OR day >= :again) ORDER BY day DESC LIMIT :most
    """
)
CAME = text(
    """
    SELECT starts_at, arrivals FROM interval_demand
    WHERE workspace_id = :workspace AND queue = :queue AND channel = :channel
      AND starts_at >= :since AND starts_at < :until
    """
)
SCORE = text(
    """
    UPDATE forecasts SET came = :came, missed = :missed, inside = :inside
    WHERE workspace_id = :workspace AND day = :day AND queue = :queue AND channel = :channel
    """
)


async def score(session: AsyncSession, snapshot: Snapshot, today: date) -> None:
    """Writes how far the forecasts of past days were true, in the transaction of the session. Idempotent."""
    workspace = snapshot.workspace_id
    known = {"workspace": workspace, "today": today, "again": today - AGAIN, "most": MOST}
    rows = (await session.execute(UNSCORED, known | {"excluded": snapshot.spec.forecast.exclude})).all()
    for row in rows:
        of = {"workspace": workspace, "queue": row.queue, "channel": row.channel}
        until = row.begins_at + len(row.expected) * QUARTER
        came = (await session.execute(CAME, of | {"since": row.begins_at, "until": until})).all()
        missed = _missed(row, came)
        figures = {"came": missed.came, "missed": missed.missed, "inside": missed.inside}
        await session.execute(SCORE, of | {"day": row.day} | figures)


def _missed(row: Any, came: Sequence[Any]) -> Missed:
    actual: Mapping[int, int] = {(one.starts_at - row.begins_at) // QUARTER: int(one.arrivals) for one in came}
    counts = np.array([actual.get(number, 0) for number in range(len(row.expected))], dtype=float)
    return Missed.of(np.array(row.expected), counts, np.array(row.low), np.array(row.high))
