"""Lanes: the connections on which each contact costs the ledger a statement or two."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.database import FIRST_PLANS, Database, Lane
from mci_router.settings import Settings

ROWS = 5_000
FIND = """
SELECT g.id FROM jsonb_to_recordset($1::jsonb) AS w(id text) JOIN grown g ON g.id = w.id
"""
READ = """
SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'grown' AND $1::jsonb IS NOT NULL
"""


async def rows_read(lane: Lane) -> int:
    """Returns how many rows PostgreSQL reads to find one."""
    async with lane.transaction():
        ((before,),) = await lane.fetch(READ, [])
        await lane.fetch(FIND, [{"id": "7"}])
        ((after,),) = await lane.fetch(READ, [])
    return int(after - before)


@pytest.mark.parametrize("around", [nullcontext, Lane.transaction])
async def test_a_plan_of_when_a_table_was_empty_is_not_kept(
    settings: Settings, around: Callable[[Lane], AbstractAsyncContextManager[Any]]
) -> None:
    """A ledger that was analysed while it was empty, as after a restore, has statements planned to read all of it.
    Also those of the projector, which asks for nothing outside of a transaction.
    """
    database = Database(settings.database_url or "", pool_size=1, timeout_s=30)
    try:
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE grown (id text PRIMARY KEY) WITH (autovacuum_enabled = off)"))
        await database.alone("ANALYZE grown")
        lane = database.lane()
        await lane.fetch(FIND, [])
        async with database.transaction() as session:
            await session.execute(text(f"INSERT INTO grown SELECT generate_series(1, {ROWS})::text"))
        assert await rows_read(lane) >= ROWS  # else this test is of nothing
        for _ in range(FIRST_PLANS):
            async with around(lane):
                await lane.fetch(FIND, [])
        assert await rows_read(lane) == 1
    finally:
        async with database.transaction() as session:
            await session.execute(text("DROP TABLE IF EXISTS grown"))
        await database.close()
