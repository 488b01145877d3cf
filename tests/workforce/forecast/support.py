"""What tests of forecasts share: arrivals of days gone by, as the ledger has them."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.workforce.forecast.grids import quarters_of, slot_of
from tests.support.service import Workspace, eventually

Curve = Callable[[date, int], int]

CAME = text(
    """
    INSERT INTO interval_demand (workspace_id, queue, channel, starts_at, arrivals)
    SELECT :workspace, :queue, 'chat', starts_at, arrivals
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(starts_at timestamptz, arrivals bigint)
    """
)
HANDLED = text(
    """
    INSERT INTO interval_stays (workspace_id, grain, starts_at, queue, channel, topic, cell, language, agent, handled, talk_ms)
    VALUES (:workspace, 'queue', :at, :queue, 'chat', '', '', '', '', :handled, :ms)
    """
)


def days_before(today: date, number: int) -> list[date]:
    """So many days, the last of which is yesterday."""
    return [today - timedelta(days=back) for back in range(number, 0, -1)]


async def looked_at(workspace: Workspace) -> None:
    """Waits until the service has looked at the workspace for the first time: from then on it leaves what tests write
    of the past alone, instead of counting it again from contacts.
    """
    statement = text("SELECT made_on IS NOT NULL OR :early FROM forecast_progress WHERE workspace_id = :w")
    early = utc_now() - utc_now().replace(hour=0, minute=0) < timedelta(minutes=20)  # nothing is made yet

    async def looked() -> bool | None:
        async with workspace.database.transaction() as session:
            found: bool | None = await session.scalar(statement, {"w": workspace.id, "early": early})
            return found

    await eventually(looked, 30)


async def came(
    workspace: Workspace, days: Iterable[date], curve: Curve, *, queue: str = "desk", zone: str = "UTC"
) -> None:
    """Writes what came to a queue on some days: by the day and the slot of the local clock."""
    await looked_at(workspace)
    where = ZoneInfo(zone)
    rows = [
        {"starts_at": at.isoformat(), "arrivals": curve(day, slot_of(at, where))}
        for day in days
        for at in quarters_of(day, where)
    ]
    async with workspace.database.transaction() as session:
        known = {"workspace": workspace.id, "queue": queue}
        await session.execute(CAME, known | {"rows": json.dumps([row for row in rows if row["arrivals"]])})


async def handled(workspace: Workspace, at: datetime, number: int, seconds: float, queue: str = "desk") -> None:
    """Writes that so many contacts of a queue were handled in a quarter-hour, in so many seconds each."""
    async with workspace.database.transaction() as session:
        ms = int(number * seconds * 1000)
        await session.execute(
            HANDLED, {"workspace": workspace.id, "at": at, "queue": queue, "handled": number, "ms": ms}
        )


async def counted_until(workspace: Workspace, at: datetime, made_on: date | None = None) -> None:
    """Says how far arrivals are counted, so that what the tests wrote is not counted again from contacts; and that the
    forecasts of a day are made, in one statement: the service counts two days again where they are not.
    """
    statement = """
        INSERT INTO forecast_progress AS p (workspace_id, counted_until, made_on, zone)
        VALUES (:workspace, :at, :made_on, 'UTC')
        ON CONFLICT (workspace_id) DO UPDATE SET counted_until = excluded.counted_until, made_on = excluded.made_on,
          zone = excluded.zone WHERE excluded.made_on IS NOT NULL
    """
    await looked_at(workspace)
    async with workspace.database.transaction() as session:
        await session.execute(text(statement), {"workspace": workspace.id, "at": at, "made_on": made_on})


async def kept(workspace: Workspace) -> list[dict[str, Any]]:
    """The forecasts that the ledger has, in order."""
    async with workspace.database.transaction() as session:
        rows = await session.execute(
            text("SELECT * FROM forecasts WHERE workspace_id = :workspace ORDER BY day, queue, channel"),
            {"workspace": workspace.id},
        )
        return [dict(row) for row in rows.mappings()]
