"""Lanes in which tasks take turns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mci_router.database import Database, Lane
from mci_router.errors import DatabaseUnavailable


class LedgerLanes:
    """A few lanes to the ledger for tasks of one kind."""

    def __init__(self, database: Database, number: int, *, statement_timeout_s: float | None = None) -> None:
        self._timeout_s = database.timeout_s
        self._free: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()  # the last used first: few are connected
        for _ in range(number):
            self._free.put_nowait(database.lane(statement_timeout_s))

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Lane]:
        """Gives a lane to a task. Raises DatabaseUnavailable if none is free in time."""
        lane = await self._next()
        try:
            yield lane
        finally:
            self._free.put_nowait(lane)

    async def _next(self) -> Lane:
        if not self._free.empty():
            return self._free.get_nowait()
        try:
            return await asyncio.wait_for(self._free.get(), self._timeout_s)
        except TimeoutError as error:
            raise DatabaseUnavailable from error
