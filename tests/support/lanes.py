"""Lanes for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Lane


class LaneIn(Lane):
    """A lane in the transaction of a session: what it writes is seen there, and committed with it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def fetch(self, statement: str, document: object) -> list[asyncpg.Record]:
        await self._session.execute(text("SELECT 1"))  # begins, if nothing else has
        connection = await (await self._session.connection()).get_raw_connection()
        driver = connection.driver_connection
        assert driver is not None
        return list(await driver.fetch(statement, orjson.dumps(document).decode()))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield
