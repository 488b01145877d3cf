"""The migrations make exactly the tables that the code expects."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from alembic import command
from sqlalchemy import text
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

CASES = text(
    "INSERT INTO cases (id, workspace_id, customer_id, topic, status, opened_at, last_contact_at, contacts)"
    " SELECT 'cas_' || n, 'wsp_a', 'cus_a', '', 'open', now(), now(), 1 FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"
)


@asynccontextmanager
async def empty_database(servers: Servers, like: str = "template1") -> AsyncIterator[str]:
    """The address of a database of its own: empty, unless it is like another one."""
    name = f"migrated_{uuid4().hex[:12]}"
    admin = create_async_engine(servers.database_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
        yield servers.database_url.replace("/mci_router?", f"/{name}?")
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


async def test_an_empty_database_is_brought_to_what_the_models_say_and_back(servers: Servers) -> None:
    """After every migration nothing is left to migrate; two migrators at once do no harm; the way back is clean."""
    async with empty_database(servers) as url:
        migrators = [run("migrate", variables=environment(url, "")) for _ in range(2)]
        assert [code for code, _ in await asyncio.gather(*migrators)] == [0, 0]
        await asyncio.to_thread(command.check, configuration(url))
        await asyncio.to_thread(command.downgrade, configuration(url), "base")


async def test_events_become_partitions_where_they_are(servers: Servers) -> None:
    """Rows stay in their file, and are read through while somebody writes; months are made ahead, and go by policy."""
    async with empty_database(servers) as url:
        database, now = Database(url, pool_size=2, timeout_s=10), utc_now()

        async def upgrade(revision: str) -> None:
            await asyncio.to_thread(command.upgrade, configuration(url), revision)

        await upgrade("0014a")
        old = event_id(now, 1)
        async with database.transaction() as session:
            await session.execute(
                text("INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)")
            )
            await session.execute(INSERT, {"id": old})
            ((_, file),) = (await session.execute(FILES)).all()
        async with database.transaction() as writing:
            await writing.execute(INSERT, {"id": event_id(now, 2)})
            await upgrade("0014b")
        await upgrade("head")

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
        await asyncio.to_thread(command.downgrade, configuration(url), "0012")
        async with database.transaction() as session:
            assert await count(session) == 1
        await database.close()


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


async def test_escalations_of_the_past_are_counted(servers: Servers) -> None:
    """In each grain, and their days are added up again; what was cut short runs again."""
    async with empty_database(servers) as url:
        database, at = Database(url, pool_size=2, timeout_s=10), utc_now().replace(minute=15, second=0, microsecond=0)
        await asyncio.to_thread(command.upgrade, configuration(url), "0054")
        async with database.transaction() as session:
            await session.execute(
                text("INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)")
            )
            await session.execute(ESCALATED, {"at": at + timedelta(minutes=2)})
            await session.execute(FACTS, {"at": at})
        for _ in range(2):
            await asyncio.to_thread(command.upgrade, configuration(url), "0055")
            async with database.transaction() as session:
                counted = await session.execute(
                    text("SELECT grain, offered, escalated_answered FROM interval_stays ORDER BY grain, offered")
                )
                assert [tuple(row) for row in counted] == [
                    ("all", 5, 3),
                    ("detail", 1, 1),
                    ("detail", 4, 2),
                    ("queue", 5, 3),
                ]
                assert await session.scalar(text("SELECT count(*) FROM interval_changes WHERE kind = 'stays'")) == 1
                await session.execute(text("UPDATE alembic_version SET version_num = '0054'"))
        await database.close()


async def test_cases_from_before_there_were_references_have_one_each(servers: Servers) -> None:
    """All of them are filled, more than fit one turn; so are those of routers of the version before, which name none."""
    async with empty_database(servers) as url:
        database = Database(url, pool_size=1, timeout_s=10)
        await asyncio.to_thread(command.upgrade, configuration(url), "0033")
        async with database.transaction() as session:
            await session.execute(
                text("INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)")
            )
            await session.execute(
                text("INSERT INTO customers (id, workspace_id, attributes) VALUES ('cus_a', 'wsp_a', '{}')")
            )
            await session.execute(CASES, {"first": 1, "last": 2_100})
        await asyncio.to_thread(command.upgrade, configuration(url), "head")
        async with database.transaction() as session:
            await session.execute(CASES, {"first": 2_101, "last": 2_110})
            found = list(await session.scalars(text("SELECT reference FROM cases")))
        await database.close()
    assert len(set(found)) == 2_110
    assert all(read_reference(one) == one for one in found)
