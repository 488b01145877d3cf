"""Runs the migrations over the service's own driver, each in a transaction with a short lock time-out."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.models import Base

PARTITION_BY = "postgresql_partition_by"


PARTITIONED = tuple(
    f"{name}_" for name, table in Base.metadata.tables.items() if table.dialect_kwargs.get(PARTITION_BY)
)


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Returns whether the models know of a table. Partitions are not theirs."""
    return kind != "table" or not (name or "").startswith(PARTITIONED)


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True, include_name=is_ours)
    # Two processes may migrate at once: the second waits for the first, then finds nothing to do.
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7020001)")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(run_online())
