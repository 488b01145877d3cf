"""Runs the migrations over the service's own driver, each in a transaction of its own with a short lock time-out.

A migration that has to look at all rows of a table does so in a transaction that takes no other lock.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, event, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.models import all_tables

PARTITIONS = text("SELECT relname FROM pg_class WHERE relispartition")


def run(connection: Connection) -> None:
    partitions = set(connection.scalars(PARTITIONS))
    connection.rollback()  # else all migrations would be part of that transaction
    event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("SET LOCAL lock_timeout = '5s'"))
    context.configure(
        connection=connection,
        target_metadata=all_tables(),
        compare_type=True,
        transaction_per_migration=True,
        include_name=lambda name, kind, _: kind != "table" or name not in partitions,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    async with engine.connect() as guard, engine.connect() as connection:
        # Two processes may migrate at once: the second waits for the first, then finds nothing to do. Neither has a
        # transaction open meanwhile, for which an index that is made concurrently would wait.
        await guard.execution_options(isolation_level="AUTOCOMMIT")
        while not await guard.scalar(text("SELECT pg_try_advisory_lock(7020001)")):  # noqa: ASYNC110 — another process
            await asyncio.sleep(0.1)
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(run_online())
