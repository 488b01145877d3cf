"""The daily roll-up: quarter-hours added up by the days of the workspace's time zone.

What counts a quarter-hour marks it as changed in the same transaction. Here the days of marked quarter-hours are added
up again once they are over, by one process at a time for a workspace; reports read the quarter-hours themselves of days
that are marked.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.insight import arrival_facts, result_facts, stay_facts
from mci_router.insight.intervals import midnight
from mci_router.insight.local_time import local_sql, offsets
from mci_router.insight.result_facts import ResultFacts
from mci_router.insight.sums import summed

KINDS = ("stays", "arrivals", *(one.kind for one in result_facts.KINDS))
MOST_MARKS = 3_000  # a transaction: a month of quarter-hours

DUE = text(
    """
    SELECT (SELECT zone FROM report_zones WHERE workspace_id = :workspace) AS zone,
      EXISTS (SELECT FROM interval_changes WHERE workspace_id = :workspace AND starts_at < :today) AS changed
    """
)
OWN = text("INSERT INTO report_zones (workspace_id, zone) VALUES (:workspace, :zone) ON CONFLICT DO NOTHING")
LOCK = text("SELECT zone FROM report_zones WHERE workspace_id = :workspace FOR UPDATE SKIP LOCKED")
MOVE = text("UPDATE report_zones SET zone = :zone WHERE workspace_id = :workspace")
MARK_ALL = [
    text(
        f"""
        INSERT INTO interval_changes (workspace_id, kind, starts_at)
        SELECT DISTINCT :workspace, '{kind}', starts_at FROM interval_{kind} WHERE workspace_id = :workspace
        ORDER BY starts_at ON CONFLICT DO NOTHING
        """  # noqa: S608 — one of a few words
    )
    for kind in KINDS
]
DROP_ALL = [text(f"DELETE FROM daily_{kind} WHERE workspace_id = :workspace") for kind in KINDS]  # noqa: S608
# A mark that a projector holds belongs to a change that cannot be seen yet: it stays for the next turn.
TAKE = text(
    """
    WITH free AS (
      SELECT starts_at FROM interval_changes WHERE workspace_id = :workspace AND kind = :kind AND starts_at < :today
      ORDER BY starts_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    DELETE FROM interval_changes c USING free
    WHERE c.workspace_id = :workspace AND c.kind = :kind AND c.starts_at = free.starts_at
    RETURNING c.starts_at
    """
)
_STAYS_BY = ("grain", *stay_facts.DIMENSIONS)
_STAYS = ", ".join((*_STAYS_BY, *stay_facts.COUNTS, "revision", *stay_facts.HISTOGRAMS))
_ARRIVALS = ", ".join(arrival_facts.DIMENSIONS)
_DAY = "FROM interval_{} WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until"


def _results_of_day(facts: ResultFacts) -> str:
    by, counts = ", ".join(facts.dimensions), (*facts.measures, "revision")
    return f"""
      INSERT INTO daily_{facts.kind} (workspace_id, zone, day, {by}, {", ".join(counts)})
      SELECT :workspace, :zone, :day, {by}, {", ".join(f"sum({name})" for name in counts)}
      {_DAY.format(facts.kind)} GROUP BY {by}
    """


ADD_UP = {
    "stays": text(
        f"""
        WITH facts AS (SELECT * {_DAY.format("stays")})
        INSERT INTO daily_stays (workspace_id, zone, day, {_STAYS})
        SELECT :workspace, :zone, :day, {_STAYS} FROM ({summed("facts", _STAYS_BY)}) AS summed
        """  # noqa: S608 — names of this room
    ),
    "arrivals": text(
        f"""
        INSERT INTO daily_arrivals (workspace_id, zone, day, {_ARRIVALS}, contacts, revision)
        SELECT :workspace, :zone, :day, {_ARRIVALS}, sum(contacts), sum(revision)
        {_DAY.format("arrivals")} GROUP BY {_ARRIVALS}
        """
    ),
    **{one.kind: text(_results_of_day(one)) for one in result_facts.KINDS},
}
DROP_DAY = {
    kind: text(f"DELETE FROM daily_{kind} WHERE workspace_id = :workspace AND zone = :zone AND day = :day")  # noqa: S608
    for kind in ADD_UP
}


async def roll_up(database: Database, workspace: str, zone: ZoneInfo) -> None:
    """Adds up the days whose quarter-hours have changed, and all days again when the time zone has. Idempotent.

    Raises:
        DatabaseUnavailable: the ledger cannot be reached.
    """
    more = True
    while more:
        async with database.transaction() as session:
            more = await _turn(session, workspace, zone)


async def _turn(session: AsyncSession, workspace: str, zone: ZoneInfo) -> bool:
    """Returns whether there may be more to do."""
    known, today = {"workspace": workspace, "zone": zone.key}, midnight(utc_now().astimezone(zone).date(), zone)
    due = (await session.execute(DUE, known | {"today": today})).one()
    if due.zone == zone.key and not due.changed:
        return False
    await session.execute(OWN, known)
    ours = await session.scalar(LOCK, known)
    if ours is None:
        return False  # another process is at it
    if ours != zone.key:
        for statement in (*DROP_ALL, *MARK_ALL, MOVE):
            await session.execute(statement, known)
    taken = 0
    for kind in ADD_UP:
        marks = (await session.scalars(TAKE, known | {"kind": kind, "most": MOST_MARKS, "today": today})).all()
        taken = max(taken, len(marks))
        for day in sorted({mark.astimezone(zone).date() for mark in marks}):
            await _add_up(session, kind, known, day, zone)
    return taken == MOST_MARKS


async def _add_up(session: AsyncSession, kind: str, known: dict[str, str], day: date, zone: ZoneInfo) -> None:
    since, until = midnight(day, zone), midnight(date.fromordinal(day.toordinal() + 1), zone)
    await session.execute(DROP_DAY[kind], known | {"day": day})
    await session.execute(ADD_UP[kind], known | {"day": day, "since": since, "until": until})


STALE = text(
    f"""
    SELECT DISTINCT {local_sql("starts_at")}::date AS day FROM interval_changes
    WHERE workspace_id = :workspace AND kind = :kind AND starts_at >= :since AND starts_at < :until ORDER BY day
    """  # noqa: S608 — an expression of this room
)
ZONE = text("SELECT zone FROM report_zones WHERE workspace_id = :workspace")


async def stale_days(
    session: AsyncSession, workspace: str, kind: str, zone: ZoneInfo, days: Sequence[date]
) -> list[date]:
    """Returns those of consecutive days that are not added up or have changed since; all while the zone is changed."""
    if await session.scalar(ZONE, {"workspace": workspace}) != zone.key:
        return list(days)
    since, until = midnight(days[0], zone), midnight(date.fromordinal(days[-1].toordinal() + 1), zone)
    known = {"workspace": workspace, "kind": kind, "since": since, "until": until, **offsets(zone, since, until)}
    found = await session.scalars(STALE, known)
    return list(found)
