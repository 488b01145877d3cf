"""The migrations make exactly the tables that the code expects."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from alembic import command
from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from mci_router.cli.migrate import configuration
from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.intake.references import read_reference
from mci_router.models.partitions import (
    EVENTS,
    MESSAGES,
    SEGMENTS,
    Partition,
    Partitioned,
    first_of_month,
    keep_partitions,
    partitions,
)
from tests.support.forked import run
from tests.support.processes import environment
from tests.support.service import eventually

INSERT = text(
    "INSERT INTO events (workspace_id, id, type, at, data) VALUES ('wsp_a', :id, 'contact.queued', now(), '{}')"
    " ON CONFLICT DO NOTHING"
)
STAY = text(
    "INSERT INTO segments (workspace_id, contact_id, n, entered_at, queue, channel, cell)"
    " VALUES ('wsp_a', 'con_a', 1, now(), 'desk', 'chat', 'low_volume_low_touch')"
)
FILES = text(
    "SELECT tableoid::regclass::text, pg_relation_filepath(tableoid) FROM events GROUP BY tableoid ORDER BY min(id)"
)
ZONES = text('UPDATE workspaces SET spec = \'{"timezone"\\: "localtime", "language"\\: "localtime"}\'')
VERSION = text("SELECT version_num FROM alembic_version")
ASKING = text(
    "SELECT pid, query_start FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%'"
)

CASES = text(
    "INSERT INTO cases (id, workspace_id, customer_id, topic, status, opened_at, last_contact_at, contacts)"
    " SELECT 'cas_' || n, 'wsp_a', 'cus_a', '', 'open', now(), now(), 1 FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"
)


@asynccontextmanager
async def empty_database(servers: Servers, like: str = "template1") -> AsyncIterator[str]:
    """The address of a database of its own: empty, unless it is like another one."""
    name = f"migrated_{uuid4().hex[:12]}"
    admin = create_async_engine(servers.database_url, isolation_level="AUTOCOMMIT")
    try:
        async with admin.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
            try:
                yield servers.database_url.replace("/mci_router?", f"/{name}?")
            finally:
                await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        await admin.dispose()


@dataclass
class Old:
    """A ledger that is brought from version to version, for all that is asked of that: each way there takes seconds."""

    url: str
    database: Database
    now: datetime

    async def upgrade(self, revision: str) -> None:
        await asyncio.to_thread(command.upgrade, configuration(self.url), revision)

    async def downgrade(self, revision: str) -> None:
        await asyncio.to_thread(command.downgrade, configuration(self.url), revision)

    async def execute(self, statement: Executable, **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.execute(statement, values)

    async def rows(self, statement: Executable) -> list[tuple[Any, ...]]:
        async with self.database.transaction() as session:
            return [tuple(row) for row in await session.execute(statement)]


async def test_a_ledger_of_old_is_brought_to_what_the_models_say_and_back(servers: Servers) -> None:
    """With what it held of each time; after every migration nothing is left to migrate; the way back is clean."""
    async with old_ledger(servers) as old:
        file = await events_of_old(old)
        await old.upgrade("0033")
        await cases_of_old(old)
        await old.upgrade("0054")
        await escalations_of_old(old)
        await old.execute(ZONES)
        await two_at_once(old)
        assert await old.rows(text("SELECT spec FROM workspaces")) == [({"timezone": "UTC", "language": "localtime"},)]
        await asyncio.to_thread(command.check, configuration(old.url))
        await cases_have_references(old)
        await months_come_and_go(old, file)
        await old.downgrade("0012")
        assert await old.rows(text("SELECT count(*) FROM events")) == [(1,)]
        await old.downgrade("base")


@asynccontextmanager
async def old_ledger(servers: Servers) -> AsyncIterator[Old]:
    async with empty_database(servers) as url:
        database = Database(url, pool_size=2, timeout_s=10)
        try:
            yield Old(url, database, utc_now())
        finally:
            await database.close()


async def events_of_old(old: Old) -> str:
    """Events become partitions while somebody writes. Returns the file that their rows are in."""
    await old.upgrade("0014a")
    await old.execute(text("INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)"))
    await old.execute(INSERT, id=event_id(old.now, 1))
    ((_, file),) = await old.rows(FILES)
    async with old.database.transaction() as writing:
        await writing.execute(INSERT, {"id": event_id(old.now, 2)})
        await old.upgrade("0014b")
    return str(file)


async def cases_of_old(old: Old) -> None:
    """From before there were references, more than fit one turn."""
    await old.execute(text("INSERT INTO customers (id, workspace_id, attributes) VALUES ('cus_a', 'wsp_a', '{}')"))
    await old.execute(CASES, first=1, last=2_100)


async def cases_have_references(old: Old) -> None:
    """All of them have one each; so have those of routers of the version before, which name none."""
    await old.execute(CASES, first=2_101, last=2_110)
    found = [reference for (reference,) in await old.rows(text("SELECT reference FROM cases"))]
    assert len(set(found)) == 2_110
    assert all(read_reference(one) == one for one in found)


async def two_at_once(old: Old) -> None:
    """Two migrators do no harm: each waits for whoever migrates, and the second finds nothing to do."""
    asked: dict[int, set[datetime]] = {}
    async with asyncio.TaskGroup() as group, old.database.transaction() as migrating:
        before = await migrating.scalar(VERSION)
        await migrating.execute(text("SELECT pg_advisory_xact_lock(7020001)"))
        migrators = [group.create_task(run("migrate", variables=environment(old.url, ""))) for _ in range(2)]
        await eventually(lambda: both_told_to_wait(old, asked), 20)
        assert await migrating.scalar(VERSION) == before
    assert [one.result()[0] for one in migrators] == [0, 0]


async def both_told_to_wait(old: Old, asked: dict[int, set[datetime]]) -> bool:
    """Whether two migrators have asked again whether they may begin."""
    for process, at in await old.rows(ASKING):
        asked.setdefault(process, set()).add(at)
    return sum(len(times) > 1 for times in asked.values()) == 2


async def months_come_and_go(old: Old, file: str) -> None:
    """The rows of old stay in their file; months are made ahead, and go by policy."""
    database, now = old.database, old.now
    kept, after = {"events": 0}, first_of_month(now, 9)
    await asyncio.gather(*(keep_partitions(database, kept, now) for _ in range(3)))
    await keep_partitions(database, kept, now)  # the others may have given up waiting on a busy machine
    async with database.transaction() as session:
        await session.execute(STAY)
        for at in (now, first_of_month(now, 2), after):
            for _ in range(2):
                await session.execute(INSERT, {"id": event_id(at, 1)})
        first, _, far = (await session.execute(FILES)).all()
        assert (first, far[0]) == ((f"events_before_{before(now):%Y_%m}", file), "events_default")
        assert await count(session) == 4
    await keep_partitions(database, kept, after)
    assert [one.since for one in (await known(database))[-3:]] == [first_of_month(after, n) for n in range(3)]
    async with database.transaction() as session:
        assert f"events_{after:%Y_%m}" in [name for name, _ in (await session.execute(FILES)).all()]
    policy = {"events": 40 * 86_400, "segments": 40 * 86_400, "messages": 40 * 86_400}
    for stays in (1, 0):  # a month with a stay that has not ended is kept
        await keep_partitions(database, policy, after)
        async with database.transaction() as session:
            assert [await count(session), await count(session, "segments")] == [1, stays]
            await session.execute(text("UPDATE segments SET left_at = now()"))
    for table in (EVENTS, SEGMENTS, MESSAGES):
        assert min(one.since for one in await known(database, table) if one.since) >= first_of_month(after, -2)


def event_id(at: datetime, number: int) -> str:
    return f"{to_ms(at):015d}-{number:06d}"


def before(now: datetime) -> datetime:
    return first_of_month(now + timedelta(days=7), 1)


async def count(session: AsyncSession, table: str = "events") -> Any:
    return await session.scalar(text(f"SELECT count(*) FROM {table}"))


async def known(database: Database, table: Partitioned = EVENTS) -> list[Partition]:
    async with database.transaction() as session:
        found = await partitions(session, table)
    return sorted(found, key=lambda one: one.since or datetime(1, 1, 1, tzinfo=UTC))


ESCALATED = text(
    "INSERT INTO segments (workspace_id, contact_id, n, entered_at, queue, channel, cell, topic, agent, answered_at,"
    " left_at, left_as) SELECT 'wsp_a', 'con_' || n, 1, CAST(:at AS timestamptz), 'desk', 'chat',"
    " 'low_volume_low_touch', CASE n WHEN 1 THEN 'bill' END, 'ann', CAST(:at AS timestamptz), CAST(:at AS timestamptz),"
    " CASE WHEN n < 4 THEN 'escalated' ELSE 'answered' END FROM generate_series(1, 5) AS n"
)
FACTS = text(
    "INSERT INTO interval_stays (workspace_id, grain, starts_at, queue, channel, topic, cell, language, agent, offered)"
    " VALUES ('wsp_a', 'all', :at, '', '', '', '', '', '', 5), ('wsp_a', 'queue', :at, 'desk', 'chat', '', '', '', '', 5),"
    " ('wsp_a', 'detail', :at, 'desk', 'chat', 'bill', 'low_volume_low_touch', '', 'ann', 1),"
    " ('wsp_a', 'detail', :at, 'desk', 'chat', '', 'low_volume_low_touch', '', 'ann', 4)"
)


async def escalations_of_old(old: Old) -> None:
    """They are counted in each grain, and their days are added up again; what was cut short runs again."""
    at = old.now.replace(minute=15, second=0, microsecond=0)
    await old.execute(ESCALATED, at=at + timedelta(minutes=2))
    await old.execute(FACTS, at=at)
    counted = text("SELECT grain, offered, escalated_answered FROM interval_stays ORDER BY grain, offered")
    changes = text("SELECT count(*) FROM interval_changes WHERE kind = 'stays'")
    for again in (True, False):
        await old.upgrade("0055")
        assert await old.rows(counted) == [("all", 5, 3), ("detail", 1, 1), ("detail", 4, 2), ("queue", 5, 3)]
        assert await old.rows(changes) == [(1,)]
        if again:
            await old.execute(text("UPDATE alembic_version SET version_num = '0054'"))
    await old.execute(text("DELETE FROM segments"))
