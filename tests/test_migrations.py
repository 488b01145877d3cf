"""The migrations make exactly the tables that the code expects."""

import asyncio
from uuid import uuid4

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.cli.migrate import configuration
from mci_router.embedded import Servers
from tests.support.processes import COMMAND, environment


async def test_an_empty_database_is_brought_to_what_the_models_say_and_back(servers: Servers) -> None:
    """After every migration nothing is left to migrate; two migrators at once do no harm; the way back is clean."""
    name = f"migrated_{uuid4().hex[:12]}"
    admin = create_async_engine(servers.database_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    url = servers.database_url.replace("/mci_router?", f"/{name}?")
    migrators = [await asyncio.create_subprocess_exec(COMMAND, "migrate", env=environment(url, "")) for _ in range(2)]
    assert [await migrator.wait() for migrator in migrators] == [0, 0]
    await asyncio.to_thread(command.check, configuration(url))
    await asyncio.to_thread(command.downgrade, configuration(url), "base")
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()
