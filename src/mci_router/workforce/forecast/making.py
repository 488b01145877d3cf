"""ForecastMaking: arrivals are counted as they come, and forecasts made at midnight, for today and the weeks ahead.

A forecast rests on what was known at midnight: a router that was down then makes the same one later. What was made of
a day that has begun is frozen: it is never written again, whichever processes make it and however often, so that it is
judged by what was said in the morning.
"""

import asyncio
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

import numpy as np
from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.database_errors import GONE
from mci_router.documents import as_json
from mci_router.errors import WorkspaceGone
from mci_router.insight.intervals import QUARTER, midnight, quarter
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.workforce.forecast import demand
from mci_router.workforce.forecast.calendar import Calendar
from mci_router.workforce.forecast.days import HISTORY
from mci_router.workforce.forecast.forecasts import AHEAD
from mci_router.workforce.forecast.grids import DAY, quarters_of, slot_of
from mci_router.workforce.forecast.handle_times import handle_times
from mci_router.workforce.forecast.history import History, anything, grid_before, histories, mean_handle_times
from mci_router.workforce.forecast.scoring import score

SETTLED = timedelta(seconds=60)  # after the end of a quarter-hour, until the ledger has what happened in it
STEP = timedelta(hours=6)  # counted in one transaction
REST = 10  # times as long as the last making are from its beginning to that of the next one
KEEP = timedelta(days=800)  # forecasts, and what they learn from: the holidays of the year before last

PROGRESS = text("SELECT counted_until, made_on, zone FROM forecast_progress WHERE workspace_id = :workspace")
FIRST = text("SELECT min(entered_at) FROM segments WHERE workspace_id = :workspace AND entered_at >= :since")
# The workspace comes first: who deletes it locks it before all that is in it.
COUNTED = text(
    """
    INSERT INTO forecast_progress AS p (workspace_id, counted_until)
    SELECT id, CAST(:until AS timestamptz) FROM workspaces WHERE id = :workspace FOR KEY SHARE
    ON CONFLICT (workspace_id) DO UPDATE SET counted_until = GREATEST(p.counted_until, excluded.counted_until)
    RETURNING workspace_id
    """
)
# Waits for who imports a history at this moment: the revision says whether what was made rests on it.
REVISION = text("SELECT revision FROM workspaces WHERE id = :workspace FOR SHARE")
MADE = text("UPDATE forecast_progress SET made_on = :day, zone = :zone WHERE workspace_id = :workspace")
# Today's is made at its midnight, once: what was said of it the day before did not know yesterday.
KEEP_FORECASTS = text(
    """
    INSERT INTO forecasts AS f
      (workspace_id, day, queue, channel, begins_at, made_at, expected, low, high, aht_s, aht_of)
    SELECT :workspace, day, queue, channel, begins_at, :now, expected, low, high, aht_s, aht_of
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(day date, queue text, channel text, begins_at timestamptz,
      expected float8[], low float8[], high float8[], aht_s float8[], aht_of bigint)
    ON CONFLICT (workspace_id, day, queue, channel) DO UPDATE SET begins_at = excluded.begins_at,
      made_at = excluded.made_at, expected = excluded.expected, low = excluded.low, high = excluded.high,
      aht_s = excluded.aht_s, aht_of = excluded.aht_of
    WHERE f.day > :today OR f.day = :today AND f.made_at < f.begins_at
    """
)
FORGET = [
    text("DELETE FROM forecasts WHERE workspace_id = :workspace AND day < :before"),
    text("DELETE FROM interval_demand WHERE workspace_id = :workspace AND starts_at < :before"),
]


class ForecastMaking:
    """Counts arrivals and makes forecasts, for the workspaces of which this process takes care."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due: dict[str, tuple[int, datetime]] = {}
        self._rests: dict[str, float] = {}

    async def turn(self, snapshot: Snapshot) -> None:
        """Counts each quarter-hour once it is over; after midnight, makes the forecasts. Raises DatabaseUnavailable.

        Between quarter-hours the ledger is asked nothing, unless the configuration has changed: with it a history may
        have been imported. Then at most a tenth of the time is spent: forecasts do not count as made while the
        configuration changes, and one that always does would have them made without an end.
        """
        workspace, now, began = snapshot.workspace_id, utc_now(), monotonic()
        revision, due = self._due.get(workspace, (snapshot.revision, now))
        if now >= due or (revision != snapshot.revision and began >= self._rests.get(workspace, 0)):
            await self.at(snapshot, now)
            self._due[workspace] = snapshot.revision, quarter(now - SETTLED) + QUARTER + SETTLED
            self._rests[workspace] = began + REST * (monotonic() - began)

    async def at(self, snapshot: Snapshot, now: datetime) -> None:
        """Does what is to be done at a moment. Idempotent, by any number of processes."""
        workspace, zone = snapshot.workspace_id, snapshot.spec.zone
        today, until = now.astimezone(zone).date(), quarter(now - SETTLED)
        async with self._database.reading() as session:
            known = (await session.execute(PROGRESS, {"workspace": workspace})).one_or_none()
            if known is None:
                begin = {"workspace": workspace, "since": midnight(today - HISTORY * DAY, zone)}
                first = await session.scalar(FIRST, begin)
        of_today = known is not None and (known.made_on, known.zone) == (today, zone.key)
        due = not of_today and until >= midnight(today, zone)
        if known is not None:
            since = _since(known.counted_until, today, zone, again=not of_today)
        else:
            since = quarter(first) if first else until
        if due and known is None and first is None and await self._none_to_make(snapshot, today, until):
            return  # a new workspace: all is done in one go
        if since < until or known is None:
            await self._count(snapshot, since, until)
        if due:
            await self.make(snapshot, today, now)

    async def _count(self, snapshot: Snapshot, since: datetime, until: datetime) -> None:
        while True:
            upto = min(since + STEP, until)
            async with self._database.transaction() as session:
                # First, so that another process that is at it waits here.
                if not await session.scalar(COUNTED, {"workspace": snapshot.workspace_id, "until": upto}):
                    raise WorkspaceGone(GONE)
                if since < upto:  # of a workspace to which nothing has come there is nothing to count
                    await demand.count(session, snapshot, since, upto)
            if upto >= until:
                return
            since = upto

    async def make(self, snapshot: Snapshot, today: date, now: datetime) -> None:
        """Scores the days that are over, and makes the forecasts of today, once, and of the days ahead, again. They
        count as made unless the configuration has changed meanwhile, or a history was imported.

        Raises DatabaseUnavailable.
        """
        workspace, zone = snapshot.workspace_id, snapshot.spec.zone
        if await self._none_to_make(snapshot, today):
            return
        days = Ahead.of(today, zone)
        before = grid_before(today, zone)
        async with self._database.transaction() as session:
            await score(session, snapshot, today)
            means = await mean_handle_times(session, workspace, before)
        for queue, spec in snapshot.queues.items():
            calendar = Calendar.of(snapshot.spec, spec)
            async with self._database.reading() as session:
                known = await histories(session, workspace, queue, before, calendar)
            for channel, history in known.items():
                made = await asyncio.to_thread(_forecasts, history, calendar, days, means.get(channel))
                rows = as_json([{"queue": queue, "channel": channel, **one} for one in made])
                async with self._database.transaction() as session:
                    await session.execute(
                        KEEP_FORECASTS, {"workspace": workspace, "today": today, "now": now, "rows": rows}
                    )
        async with self._database.transaction() as session:
            for statement, before_that in zip(FORGET, (today - KEEP, now - KEEP), strict=True):
                await session.execute(statement, {"workspace": workspace, "before": before_that})
            if await session.scalar(REVISION, {"workspace": workspace}) == snapshot.revision:
                await session.execute(MADE, {"workspace": workspace, "day": today, "zone": zone.key})

    async def _none_to_make(self, snapshot: Snapshot, today: date, until: datetime | None = None) -> bool:
        """Returns whether nothing has ever come to the workspace: then its forecasts count as made, at little cost.

        `until`: its arrivals count as counted until then, too, of which there are none.
        """
        workspace, zone = snapshot.workspace_id, snapshot.spec.zone
        async with self._database.transaction() as session:
            as_known = await session.scalar(REVISION, {"workspace": workspace}) == snapshot.revision  # and stays so
            if until and not await session.scalar(COUNTED, {"workspace": workspace, "until": until}):
                raise WorkspaceGone(GONE)
            if not as_known or await anything(session, workspace):
                return False
            await session.execute(MADE, {"workspace": workspace, "day": today, "zone": zone.key})
        return True


def _since(counted: datetime, today: date, zone: Any, *, again: bool) -> datetime:
    """Returns from where on is to be counted: of the last two days, or of what is new."""
    return min(counted, midnight(today - 2 * DAY, zone)) if again else counted


@value
class Ahead:
    """The days that forecasts are made of, each with when it begins and the slots of its quarter-hours."""

    days: list[tuple[date, datetime, list[int]]]

    @classmethod
    def of(cls, today: date, zone: Any) -> "Ahead":
        dates = [today + number * DAY for number in range(AHEAD)]
        return cls([(one, midnight(one, zone), [slot_of(at, zone) for at in quarters_of(one, zone)]) for one in dates])


def _forecasts(history: History, calendar: Calendar, ahead: Ahead, mean_s: float | None) -> list[dict[str, Any]]:
    """Returns the forecasts of the days of a queue and channel; of a day of which nothing is known, none."""
    kinds: dict[tuple[int, bool, bool], dict[str, Any] | None] = {}
    found = []
    for number, (day, begins, slots) in enumerate(ahead.days):
        kind = day.weekday(), day in calendar.holidays, number > 0
        if kind not in kinds:
            kinds[kind] = _of_kind(history, *kind, mean_s)
        if of_kind := kinds[kind]:
            figures = {name: np.round(of_slots[slots], 3).tolist() for name, of_slots in of_kind["figures"].items()}
            begins_at = begins.isoformat()
            found.append({"day": day.isoformat(), "begins_at": begins_at, "aht_of": of_kind["aht_of"], **figures})
    return found


def _of_kind(history: History, weekday: int, holiday: bool, later: bool, mean_s: float | None) -> dict[str, Any] | None:
    forecast = history.past.forecast(weekday, holiday=holiday, later=later)
    if forecast is None:
        return None
    times = handle_times(history.handled, history.seconds, history.past.weekdays, weekday, mean_s)
    figures = {"expected": forecast.expected, "low": forecast.low, "high": forecast.high, "aht_s": times.seconds}
    return {"figures": figures, "aht_of": times.of}
