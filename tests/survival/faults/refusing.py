"""Valkey and PostgreSQL, there and refusing: no memory, and read-only as after a failover."""

import asyncio

import asyncpg
from redis.asyncio import Redis

from mci_router.embedded.postgres import DATABASE
from tests.survival.ground import now
from tests.survival.scenario import Scenario
from tests.survival.stage import Stage

REFUSES_S = 8
READ_ONLY = "default_transaction_read_only"
SESSIONS = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"


async def fill_valkey(stage: Stage) -> float:
    """Has Valkey take nothing that is written, for want of memory, and gives it back."""
    async with Redis.from_url(stage.ground.valkey.url) as valkey:
        await valkey.config_set("maxmemory", "1mb")
        await asyncio.sleep(REFUSES_S)
        await valkey.config_set("maxmemory", "0")
    return now()


async def hold_postgres(stage: Stage) -> float:
    """Makes the ledger read-only, ends all sessions, and lets it be written again: the sessions of meanwhile stay."""
    postgres = stage.ground.postgres
    assert postgres
    folder = str(postgres.socket_folder)
    administrator = await asyncpg.connect(user="postgres", host=folder, port=5432, database="postgres")
    await administrator.execute(f"ALTER DATABASE {DATABASE} SET {READ_ONLY} = on")
    await administrator.execute(SESSIONS)
    await asyncio.sleep(REFUSES_S)
    refused = sum(503 in post.statuses for post in stage.adapter.posts)
    await administrator.execute(f"ALTER DATABASE {DATABASE} RESET {READ_ONLY}")
    await administrator.close()
    if not refused:
        stage.seen.append("no contact was refused while the ledger was read-only")
    return now()


SCENARIOS = [
    Scenario("full-valkey", "Valkey out of memory for 8 s (maxmemory)", fill_valkey),
    Scenario("read-only-postgres", "PostgreSQL read-only for 8 s", hold_postgres),
]
