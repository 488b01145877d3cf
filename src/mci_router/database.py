"""The ledger's engine, its transactions and the group commit: the only place that commits."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from mci_router.errors import DatabaseUnavailable

PLAN_FOR_S = 60

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
)
"""What the driver raises where the server is going, gone or coming."""

Item = TypeVar("Item")
Result = TypeVar("Result")

OUT_OF_RESOURCES = ("53", "58")  # classes of SQLSTATE: no room on the disk or in memory, and a disk that fails


class Database:
    """Connections to PostgreSQL. `transaction()` commits when its block ends well and rolls back when it raises."""

    def __init__(self, url: str, *, pool_size: int, timeout_s: float, command_pool_size: int = 1) -> None:
        self.engine = _engine(url, pool_size, timeout_s)
        self._command_engine = _engine(url, command_pool_size, timeout_s)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._command_sessions = async_sessionmaker(self._command_engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Opens a unit of work.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached or does not answer in time.
        """
        async with self._unit(self._sessions) as session:
            yield session

    @asynccontextmanager
    async def command(self) -> AsyncIterator[AsyncSession]:
        """Opens a unit of work that calls the live state while it locks a row.

        It has its own connections, because a live state that stalls keeps them: work that needs the ledger alone, such
        as taking contacts in, must not wait for that.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached or does not answer in time, or all commands wait for the
              live state.
        """
        async with self._unit(self._command_sessions) as session:
            yield session

    @asynccontextmanager
    async def _unit(self, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
        try:
            async with sessions.begin() as session:
                await self._connect(session)
                yield session
        except (OperationalError, InterfaceError, PoolTimeout, ConnectionError, TimeoutError) as error:
            raise DatabaseUnavailable from error
        except DBAPIError as error:
            if error.connection_invalidated or _is_away(str(error.orig), getattr(error.orig, "sqlstate", None) or ""):
                raise DatabaseUnavailable from error
            raise

    async def _connect(self, session: AsyncSession) -> None:
        """Connects. Any failure here means that the ledger is away; a later error may be the statement's own."""
        try:
            await session.connection()
        except Exception as error:
            raise DatabaseUnavailable from error

    async def look(self, query: str) -> Sequence[Any]:
        """Returns the columns of the one row that a query without parameters gives.

        One round trip, without a transaction. Asks once more where the connection has died since it was last used.
        Raises DatabaseUnavailable.
        """
        # As another text it is planned again: a plan of when the tables were empty would read all of them.
        planned = f"{query} -- {int(time.monotonic() // PLAN_FOR_S)}"
        try:
            return await self._look(planned)
        except DatabaseUnavailable:
            return await self._look(planned)

    async def _look(self, query: str) -> Sequence[Any]:
        try:
            async with self.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                return tuple(await driver.fetchrow(query))
        except (*LOST, DBAPIError, PoolTimeout, ConnectionError, TimeoutError) as error:
            raise DatabaseUnavailable from error

    async def ping(self) -> None:
        """Asks the ledger for an answer. Raises DatabaseUnavailable."""
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
        await self._command_engine.dispose()


def _engine(url: str, pool_size: int, timeout_s: float) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout_s,
        hide_parameters=True,  # they are what customers say, and secrets; errors are logged
        connect_args={"timeout": timeout_s, "command_timeout": timeout_s},
    )
    event.listen(engine.sync_engine, "checkout", _connected)
    return engine


def _connected(connection: DBAPIConnection, *_: object) -> None:
    """Has the pool make another connection where the server has closed this one.

    The driver hears of that by itself; a ping would cost each transaction three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _is_away(words: str, state: str) -> bool:
    return state.startswith(OUT_OF_RESOURCES) or "shutting down" in words or "starting up" in words


class GroupCommit(Generic[Item, Result]):
    """A queue of work that lets concurrent requests share one commit.

    Items that arrive during a commit are worked on together in the next one: `work` gets the items and returns one
    result, or the exception, for each, in order. If the transaction fails, each item is tried alone, so
    that one bad item cannot fail its neighbours.
    """

    def __init__(
        self,
        database: Database,
        work: Callable[[AsyncSession, Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        limit: int,
        lanes: int = 2,
    ) -> None:
        self._database = database
        self._work = work
        self._limit = limit
        self._free_lanes = lanes  # two: one gathers while the other waits for the disk
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._flushes: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Result:
        """Returns the item's result once it is committed."""
        outcome: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._free_lanes:
            self._free_lanes -= 1
            flush = asyncio.create_task(self._flush())
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)
        return await outcome

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                await self._settle(batch)
        finally:
            self._free_lanes += 1

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._commit([item for item, _ in batch])
        except DatabaseUnavailable as error:
            results = [error] * len(batch)
        except Exception as error:
            if len(batch) > 1:
                for alone in batch:
                    await self._settle([alone])
                return
            results = [error]
        for (_, outcome), result in zip(batch, results, strict=True):
            if outcome.done():
                continue
            if isinstance(result, Exception):
                outcome.set_exception(result)
            else:
                outcome.set_result(result)

    async def _commit(self, items: Sequence[Item]) -> Sequence[Result | Exception]:
        async with self._database.transaction() as session:
            return await self._work(session, items)
