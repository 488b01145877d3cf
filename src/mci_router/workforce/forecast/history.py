"""History: what came to a queue, and how long it took, read from facts as days of 96 slots."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.values import value
from mci_router.workforce.forecast.calendar import Calendar
from mci_router.workforce.forecast.days import HISTORY, Past
from mci_router.workforce.forecast.grids import DAY, Grid
from mci_router.workforce.forecast.profiles import SLOTS, Counts

MOST_HOLIDAYS = 4  # of an EWMA of 0.3, older ones hardly count

# What was imported counts until the router's own counts of the queue begin.
_IMPORTED = """FROM imported_intervals
    WHERE workspace_id = :workspace AND queue = :queue AND starts_at >= :since
      AND starts_at < LEAST(:until, (
        SELECT min(starts_at) FROM interval_demand WHERE workspace_id = :workspace AND queue = :queue))"""
ARRIVALS = text(
    f"""
    SELECT channel, extract(epoch FROM starts_at)::bigint AS at, arrivals AS what FROM interval_demand
    WHERE workspace_id = :workspace AND queue = :queue AND starts_at >= :since AND starts_at < :until
    UNION ALL SELECT channel, extract(epoch FROM starts_at)::bigint, arrivals {_IMPORTED}
    """  # noqa: S608 — a condition above
)
HANDLED = text(
    f"""
    SELECT channel, extract(epoch FROM starts_at)::bigint AS at, handled AS what,
      (talk_ms + held_ms + wrap_up_ms) / 1000.0 AS seconds
    FROM interval_stays
    WHERE workspace_id = :workspace AND grain = 'queue' AND queue = :queue AND handled > 0
      AND starts_at >= :since AND starts_at < :until
    UNION ALL SELECT channel, extract(epoch FROM starts_at)::bigint, handled, handle_s {_IMPORTED} AND handled > 0
    """  # noqa: S608 — a condition above
)
# Between what was imported and the own counts nobody knows what came: nought would be learnt from.
UNKNOWN = text(
    """
    SELECT extract(epoch FROM max(starts_at))::bigint + 900 AS since,
      extract(epoch FROM min(own.begins))::bigint AS until
    FROM imported_intervals, (SELECT LEAST(:until, min(starts_at)) AS begins FROM interval_demand
      WHERE workspace_id = :workspace AND queue = :queue) AS own
    WHERE workspace_id = :workspace AND queue = :queue AND starts_at < own.begins
    """
)
# Forecasts that were made count, too: they are to be scored, and forgotten one day.
ANYTHING = text(
    """
    SELECT EXISTS (SELECT FROM interval_demand WHERE workspace_id = :workspace)
      OR EXISTS (SELECT FROM imported_intervals WHERE workspace_id = :workspace)
      OR EXISTS (SELECT FROM forecasts WHERE workspace_id = :workspace)
    """
)
MEAN_AHT = text(
    """
    SELECT channel, sum(talk_ms + held_ms + wrap_up_ms) / 1000.0 / sum(handled) AS aht_s FROM interval_stays
    WHERE workspace_id = :workspace AND grain = 'queue' AND starts_at >= :since AND starts_at < :until
    GROUP BY channel HAVING sum(handled) > 0
    """
)


@value
class History:
    """What is known of a queue and channel before a day. `handled` and `seconds` are (days, 96)."""

    past: Past
    handled: Counts
    seconds: Counts


async def anything(session: AsyncSession, workspace: str) -> bool:
    """Returns whether anything is known of which forecasts could be made, or were."""
    return bool(await session.scalar(ANYTHING, {"workspace": workspace}))


async def histories(
    session: AsyncSession, workspace: str, queue: str, grid: Grid, calendar: Calendar
) -> Mapping[str, History]:
    """Returns the histories of a queue by channel, over the days of the grid; of channels by which something came."""
    of = {"workspace": workspace, "queue": queue, "since": grid.begins, "until": grid.ends}
    arrivals, unknown = (await session.execute(ARRIVALS, of)).all(), await _unknown(session, of, grid)
    handled = (await session.execute(HANDLED, of)).all()
    holidays = await _holidays(session, workspace, queue, grid, calendar)
    found = {}
    for channel in sorted({row.channel for row in arrivals}):
        came = np.where(unknown, np.nan, _quarters(grid, channel, arrivals, "what"))
        counts = _learnt(grid.rows(came), grid.days, calendar)
        past = Past(counts, grid.weekdays, holidays.get(channel, np.empty((0, SLOTS))))
        number, seconds = (_rows(grid, channel, handled, what) for what in ("what", "seconds"))
        found[channel] = History(past, number, seconds)
    return found


async def mean_handle_times(session: AsyncSession, workspace: str, grid: Grid) -> Mapping[str, float]:
    """Returns the mean handle time of each channel over the days of the grid, in seconds."""
    known = {"workspace": workspace, "since": grid.begins, "until": grid.ends}
    return {row.channel: float(row.aht_s) for row in await session.execute(MEAN_AHT, known)}


async def arrivals_of(session: AsyncSession, workspace: str, queue: str, grid: Grid) -> Mapping[str, Counts]:
    """Returns what came to a queue in each quarter-hour of the grid, by channel."""
    of = {"workspace": workspace, "queue": queue, "since": grid.begins, "until": grid.ends}
    rows, unknown = (await session.execute(ARRIVALS, of)).all(), await _unknown(session, of, grid)
    return {
        channel: np.where(unknown, np.nan, _quarters(grid, channel, rows, "what"))
        for channel in {row.channel for row in rows}
    }


@lru_cache(maxsize=64)  # at midnight every workspace of a zone asks for the same, and it takes tens of milliseconds
def grid_before(day: date, zone: Any) -> Grid:
    """Returns the grid of the days that a forecast of a day is made from: shared, so not to be changed."""
    return Grid.of(day - HISTORY * DAY, HISTORY, zone)


async def _holidays(
    session: AsyncSession, workspace: str, queue: str, grid: Grid, calendar: Calendar
) -> Mapping[str, Counts]:
    """Returns the last holidays by channel, (days, 96): they may be a year ago."""
    rows: dict[str, list[Counts]] = {}
    for day in calendar.holidays_before(grid.days[-1] + DAY, MOST_HOLIDAYS):
        of_day = Grid.of(day, 1, grid.zone)
        for channel, counts in (await arrivals_of(session, workspace, queue, of_day)).items():
            if not np.isnan(counts).all():
                rows.setdefault(channel, []).append(of_day.rows(counts)[0])
    return {channel: np.array(days) for channel, days in rows.items()}


async def _unknown(session: AsyncSession, of: Mapping[str, Any], grid: Grid) -> NDArray[np.bool_]:
    """Returns of which quarter-hours of the grid nobody knows what came to a queue."""
    asked = {name: of[name] for name in ("workspace", "queue", "until")}
    row = (await session.execute(UNKNOWN, asked)).one()
    if row.since is None:
        return np.zeros(len(grid.day), dtype=bool)
    first, behind = grid.numbers(np.array([row.since, row.until], dtype=np.int64))
    numbers = np.arange(len(grid.day))
    found: NDArray[np.bool_] = (numbers >= first) & (numbers < behind)
    return found


def _quarters(grid: Grid, channel: str, rows: Sequence[Any], what: str) -> Counts:
    mine = [row for row in rows if row.channel == channel]
    counts = np.zeros(len(grid.day))
    numbers = grid.numbers(np.array([row.at for row in mine], dtype=np.int64))
    counts[numbers] = [float(getattr(row, what)) for row in mine]
    return counts


def _rows(grid: Grid, channel: str, rows: Sequence[Any], what: str) -> Counts:
    return grid.rows(_quarters(grid, channel, rows, what))


def _learnt(counts: Counts, days: Sequence[date], calendar: Calendar) -> Counts:
    """Returns the days that are learnt from: others are NaN, as is what was before anything came at all."""
    learnt = counts.copy()
    learnt[[not calendar.ordinary(day) for day in days]] = np.nan
    came = np.flatnonzero(np.nan_to_num(counts).ravel())
    learnt.ravel()[: came[0] if came.size else None] = np.nan
    return learnt
