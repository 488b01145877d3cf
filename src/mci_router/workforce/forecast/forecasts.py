"""Forecasts as they are asked for: of a day, with what has come of it, and with how far such forecasts were true."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from math import ceil, floor
from typing import Any

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.insight.intervals import QUARTER, quarter
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.workforce.forecast.accuracy import Missed
from mci_router.workforce.forecast.intraday import WINDOW, factor

JUDGED_DAYS = 28
AHEAD = 35  # days, from today on, that there are forecasts of: a schedule of a month, made a few days before

OF_DAY = """
    SELECT queue, channel, begins_at, made_at, expected, low, high, aht_s, aht_of FROM forecasts
    WHERE workspace_id = $1 AND day = $2 AND ($3::text[] IS NULL OR queue = ANY($3)) ORDER BY queue, channel
"""
CAME = """
    SELECT queue, channel, starts_at, arrivals FROM interval_demand
    WHERE workspace_id = $1 AND starts_at >= $2 AND starts_at < $3 AND ($4::text[] IS NULL OR queue = ANY($4))
"""
COUNTED = "SELECT counted_until FROM forecast_progress WHERE workspace_id = $1"
JUDGED = """
    SELECT queue, channel, sum(total) AS expected, sum(came) AS came, sum(missed) AS missed, sum(inside) AS inside,
      sum(cardinality(expected)) AS quarters, count(*) AS days, min(day) AS first, max(day) AS last
    FROM forecasts, LATERAL (SELECT sum(one) AS total FROM unnest(expected) AS one) AS s
    WHERE workspace_id = $1 AND day >= $2 AND day < $3 AND came IS NOT NULL
      AND ($4::text[] IS NULL OR queue = ANY($4)) AND day <> ALL($5::date[])
    GROUP BY queue, channel
"""


@value
class ForecastRow:
    """A quarter-hour of a queue and channel, from `begins` (UTC).

    `arrivals` is the mean expected, `low` and `high` the bounds between which they lie eight times out of ten. `aht_of`
    are the contacts that the handle time rests on; 0: nobody has handled any, and it is assumed. `actual` are the
    arrivals that came; None until the quarter-hour is over and counted.
    """

    queue: str
    channel: str
    begins: datetime
    arrivals: float
    low: float
    high: float
    aht_s: float
    aht_of: int
    made_at: datetime
    actual: int | None = None


@value
class Accuracy:
    """How far the forecasts of the last 28 days were true: of all queues asked for, and of each queue and channel."""

    overall: Missed
    of: Mapping[tuple[str, str], Missed]


class Forecasts:
    """Reads forecasts. They are made by `ForecastMaking`, and of a day that has begun they stay as they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, snapshot: Snapshot, day: date, queues: Sequence[str] | None = None, *, intraday: bool = False
    ) -> list[ForecastRow]:
        """Returns the quarter-hours of a day, queue by queue; none where nothing is known of it.

        With `intraday` what is not over yet is corrected by the last two hours. Raises DatabaseUnavailable.
        """
        workspace, asked = snapshot.workspace_id, None if queues is None else list(queues)
        kept = await self._database.read(OF_DAY, workspace, day, asked)
        if not kept:
            return []
        begins = min(row["begins_at"] for row in kept)
        ends = max(row["begins_at"] + len(row["expected"]) * QUARTER for row in kept)
        until = min(ends, await self._counted_until(workspace))
        came = {
            (row["queue"], row["channel"], row["starts_at"]): int(row["arrivals"])
            for row in await self._database.read(CAME, workspace, begins, until, asked)
        }
        rows: list[ForecastRow] = []
        for row in kept:
            one = _rows(row, came, until)
            rows += corrected(one) if intraday else one
        return rows

    async def accuracy(self, snapshot: Snapshot, queues: Sequence[str] | None = None) -> Accuracy:
        """Returns how far the forecasts of the last 28 days were true. Raises DatabaseUnavailable."""
        today = utc_now().astimezone(snapshot.spec.zone).date()
        first = date.fromordinal(today.toordinal() - JUDGED_DAYS)
        asked = None if queues is None else list(queues)
        rows = await self._database.read(
            JUDGED, snapshot.workspace_id, first, today, asked, snapshot.spec.forecast.exclude
        )
        of = {(row["queue"], row["channel"]): _missed(row) for row in rows}
        return Accuracy(Missed.sum(of.values()), of)

    async def _counted_until(self, workspace: str) -> datetime:
        rows = await self._database.read(COUNTED, workspace)
        return rows[0]["counted_until"] if rows else quarter(utc_now())


def corrected(rows: Sequence[ForecastRow]) -> list[ForecastRow]:
    """Returns a day's rows of one queue and channel, those without an actual corrected by the last two hours' ones."""
    over = [row for row in rows if row.actual is not None][-WINDOW:]
    by = factor(sum(row.arrivals for row in over), sum(row.actual or 0 for row in over))
    return [_times(row, by) if row.actual is None else row for row in rows]


def _times(row: ForecastRow, by: float) -> ForecastRow:
    low, high = floor(row.low * by), ceil(row.high * by)
    return replace(row, arrivals=row.arrivals * by, low=float(low), high=float(high))


def _rows(kept: Any, came: Mapping[tuple[str, str, datetime], int], until: datetime) -> list[ForecastRow]:
    queue, channel = kept["queue"], kept["channel"]
    found = []
    for number, (expected, low, high, aht_s) in enumerate(
        zip(kept["expected"], kept["low"], kept["high"], kept["aht_s"], strict=True)
    ):
        begins = kept["begins_at"] + number * QUARTER
        actual = came.get((queue, channel, begins), 0) if begins + QUARTER <= until else None
        found.append(
            ForecastRow(queue, channel, begins, expected, low, high, aht_s, kept["aht_of"], kept["made_at"], actual)
        )
    return found


def _missed(row: Any) -> Missed:
    return Missed(
        float(row["expected"]),
        int(row["came"]),
        float(row["missed"]),
        int(row["inside"]),
        int(row["quarters"]),
        int(row["days"]),
    )
