"""Partitions: tables that are kept by month, so that the ledger's cost does not grow with its age.

The next months are made ahead and old ones dropped by whichever process comes first. What has no month of its own, as
after a clock that was wrong, is kept in the table's default partition: no write ever fails for want of a month.
"""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms, to_ms, utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, refusal_of
from mci_router.values import value

log = logging.getLogger(__name__)

MONTHS_AHEAD = 2
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"  # to attach or drop one takes milliseconds; a busy table is tried later
LOCK_NOT_AVAILABLE, NOT_ALLOWED = "55P03", "42501"

ALONE = text("SELECT pg_advisory_xact_lock(7020002)")
PARTITIONS = text(
    """
    SELECT relname AS name, pg_get_expr(relpartbound, pg_class.oid) AS bounds
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = CAST(:table AS regclass)
    """
)
QUOTED = re.compile(r"(?:FROM|TO) \((?:'([^']+)'|(MINVALUE|MAXVALUE))\)")


@value
class Partitioned:
    """A table that is kept by month of `column`, an id that begins with milliseconds or a moment."""

    table: str
    column: str
    by_id: bool
    unfinished: str = "false"
    """A condition on rows: a month that has such a row is not dropped."""

    def bound(self, month: datetime) -> str:
        """Returns the lowest value of the column in a month."""
        return f"{to_ms(month):015d}" if self.by_id else month.isoformat()

    def moment(self, bound: str) -> datetime:
        """Returns the moment of a bound."""
        return from_ms(bound) if self.by_id else datetime.fromisoformat(bound).astimezone(UTC)


EVENTS = Partitioned("events", "id", by_id=True)
SEGMENTS = Partitioned("segments", "entered_at", by_id=False, unfinished="left_at IS NULL")
MESSAGES = Partitioned("messages", "received_at", by_id=False, unfinished="true")  # each workspace has its own time
TABLES = (EVENTS, SEGMENTS, MESSAGES)


@value
class Partition:
    """A partition that has rows of [since, until); None where it has no bound."""

    name: str
    since: datetime | None
    until: datetime | None


def first_of_month(at: datetime, later: int = 0) -> datetime:
    """Returns when the month begins in which `at` is, in UTC, or one so many months later."""
    months = at.year * 12 + at.month - 1 + later
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


async def keep_partitions(database: Database, keep_s: Mapping[str, float], now: datetime | None = None) -> None:
    """Makes the next months of each table, and drops those that ended more than `keep_s[table]` seconds ago.

    0 keeps all. Idempotent; one process does it at a time. What is locked for long is left for the next turn.

    Raises:
        DatabaseUnavailable: the ledger cannot be reached.
    """
    now = now or utc_now()
    for table in TABLES:
        for month in [first_of_month(now, later) for later in range(MONTHS_AHEAD + 1)]:
            await _do(database, table, month, None)
        if keep := keep_s.get(table.table, 0):
            await _do(database, table, None, now - timedelta(seconds=keep))


async def _do(database: Database, table: Partitioned, month: datetime | None, kept_since: datetime | None) -> None:
    try:
        async with database.transaction() as session:
            await session.execute(text(LOCK_TIMEOUT))
            await session.execute(ALONE)
            known = await partitions(session, table)
            if month and not any(_covers(one, month) for one in known):
                await _make(session, table, month)
            if kept_since:
                await _forget(session, table, known, kept_since)
    except DatabaseUnavailable as problem:
        refusal = refusal_of(problem)
        if refusal is None or refusal.code not in (LOCK_NOT_AVAILABLE, NOT_ALLOWED):
            raise
        if refusal.code == NOT_ALLOWED:
            log.warning("the partitions of %s cannot be kept: the routers' role must own the table", table.table)


async def partitions(session: AsyncSession, table: Partitioned) -> list[Partition]:
    """Returns the table's partitions but for its default."""
    await session.execute(text("SET LOCAL timezone = 'UTC'"))
    rows = await session.execute(PARTITIONS, {"table": table.table})
    found = [(row.name, QUOTED.findall(row.bounds)) for row in rows]
    return [
        Partition(name, *(table.moment(value) if value else None for value, _ in bounds))
        for name, bounds in found
        if bounds
    ]


def _covers(one: Partition, month: datetime) -> bool:
    return (one.since is None or one.since <= month) and (one.until is None or one.until > month)


async def _make(session: AsyncSession, table: Partitioned, month: datetime) -> None:
    """Makes a month's partition by itself and attaches it: readers and writers of the table go on meanwhile.

    Rows of the default partition that belong to it move: there are some only after a wrong clock.
    """
    of, name = table.table, f"{table.table}_{month:%Y_%m}"
    since, until = table.bound(month), table.bound(first_of_month(month, 1))
    within = f"{table.column} >= '{since}' AND {table.column} < '{until}'"
    await _run(session, f"CREATE TABLE {name} (LIKE {of} INCLUDING ALL)")
    await _run(session, f"LOCK TABLE {of}_default IN ACCESS EXCLUSIVE MODE")
    moved = f"DELETE FROM {of}_default WHERE {within} RETURNING *"  # noqa: S608 — a name of TABLES and two moments
    await _run(session, f"WITH moved AS ({moved}) INSERT INTO {name} SELECT * FROM moved")  # noqa: S608
    await _run(session, f"ALTER TABLE {of} ATTACH PARTITION {name} FOR VALUES FROM ('{since}') TO ('{until}')")


async def _forget(session: AsyncSession, table: Partitioned, known: list[Partition], since: datetime) -> None:
    for old in (one for one in known if one.until and one.until <= since):
        query = f'SELECT EXISTS (SELECT FROM "{old.name}" WHERE {table.unfinished})'  # noqa: S608 — as above
        if not await session.scalar(text(query)):
            await _run(session, f'DROP TABLE "{old.name}"')
    past = f"{table.column} < '{table.bound(since)}' AND NOT ({table.unfinished})"
    await _run(session, f"DELETE FROM {table.table}_default WHERE {past}")  # noqa: S608 — as above


async def _run(session: AsyncSession, statement: str) -> None:
    await session.execute(text(statement.replace(":", "\\:")))
