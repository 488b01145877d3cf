"""The ledger's engine, its transactions and its lanes: the only place that commits."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from mci_router.database_errors import (
    AWAY,
    GONE,
    LACKING,
    LOST_TRACK,
    REFUSES,
    Lacking,
    broken_rule,
    cause_of,
    driver_of,
    in_our_words,
    of_no_workspace,
)
from mci_router.database_pool import pooled
from mci_router.database_schema import Schema
from mci_router.documents import as_json
from mci_router.errors import DatabaseUnavailable, WorkspaceGone

PLAN_FOR_S = 60
FIRST_PLANS, LONGEST_PLANS, LONGER = 32, 1024, 4  # statements of a lane; plans cost the one who waits for them
TAKES_CONTACTS = "SELECT FROM contacts LIMIT 0 FOR UPDATE"  # touches no row, and is refused where nothing is written
COMMITTED = "CAST(pg_current_snapshot() AS text)"
"""In SQL: which transactions a query sees. As long as it is the same, so is whatever a query reads."""

# Every statement of a lane finds its rows by an index, whatever the planner has heard of the tables' sizes.
OF_A_LANE = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "timezone": "UTC",
}


class Database:
    """Connections to PostgreSQL. `transaction()` commits when its block ends well and rolls back when it raises."""

    def __init__(self, url: str, *, pool_size: int, timeout_s: float, command_pool_size: int = 1) -> None:
        self.engine = pooled(url, pool_size, timeout_s)
        self._command_engine = pooled(url, command_pool_size, timeout_s)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._command_sessions = async_sessionmaker(self._command_engine, expire_on_commit=False)
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # of the same pool
        self._reading_sessions = async_sessionmaker(alone, expire_on_commit=False, autoflush=False)
        self.timeout_s = timeout_s
        self.schema = Schema(self._read)
        self._lanes: list[Lane] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Opens a unit of work.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached or does not answer in time.
            WorkspaceGone: what was to be written belongs to a workspace that was deleted meanwhile.
            Refused: a row breaks a rule of its table, which is a mistake of ours.
        """
        async with self._unit(self._sessions.begin()) as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Opens a session that writes nothing: each query is one round trip, not three. Raises DatabaseUnavailable."""
        async with self._unit(self._reading_sessions()) as session:
            yield session

    @asynccontextmanager
    async def command(self) -> AsyncIterator[AsyncSession]:
        """Opens a unit of work that calls the live state while it locks a row.

        It has its own connections, since a live state that stalls keeps them: taking contacts in must not wait for it.
        Raises DatabaseUnavailable, also where all are taken.
        """
        async with self._unit(self._command_sessions.begin()) as session:
            yield session

    @asynccontextmanager
    async def _unit(self, opened: AbstractAsyncContextManager[AsyncSession]) -> AsyncIterator[AsyncSession]:
        try:
            async with opened as session:
                await self._connect(session)
                yield session
        except (OperationalError, InterfaceError, PoolTimeout, ConnectionError, TimeoutError, LOST_TRACK) as error:
            raise DatabaseUnavailable from cause_of(error)
        except DBAPIError as error:
            if error.connection_invalidated or isinstance(driver_of(error), AWAY):
                raise DatabaseUnavailable from cause_of(error)
            if isinstance(driver_of(error), LACKING):
                await self.schema.check()
            if error.orig and of_no_workspace(error.orig.__cause__):
                raise WorkspaceGone(GONE) from error
            if broken := broken_rule(error):
                raise broken.with_traceback(error.__traceback__) from None
            raise

    async def _connect(self, session: AsyncSession) -> None:
        """Connects. Any failure here means that the ledger is away; a later error may be the statement's own."""
        try:
            await session.connection()
        except Exception as error:
            raise DatabaseUnavailable from cause_of(error)

    async def look(self, query: str) -> Sequence[Any]:
        """Returns the columns of the one row that a query without parameters gives.

        One round trip, without a transaction. Asks once more where the connection has died since it was last used.
        Raises DatabaseUnavailable.
        """
        # As another text it is planned again: a plan of when the tables were empty would read all of them.
        (row,) = await self.read(f"{query} -- {int(time.monotonic() // PLAN_FOR_S)}")
        return tuple(row)

    async def read(self, query: str, *arguments: object) -> Sequence[Any]:
        """Returns the rows of a query that only reads, with its arguments for `$1`, `$2` and so on.

        One round trip, without a transaction. Asks once more where the connection has died since it was last used.
        Raises DatabaseUnavailable.
        """
        try:
            return await self._read(query, arguments)
        except DatabaseUnavailable:
            return await self._read(query, arguments)

    async def read_with(self, settings: Mapping[str, str], query: str, *arguments: object) -> Sequence[Any]:
        """Returns the rows of a query as `read` does, with settings of the server, words of ours, that hold for it."""
        local = ";".join(f"SET LOCAL {name} = {value}" for name, value in settings.items())
        return await self._read(query, arguments, local)

    async def alone(self, statement: str, *, timeout_s: float | None = None) -> None:
        """Runs a statement that cannot be part of a transaction. Raises DatabaseUnavailable."""
        try:
            async with self.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.execute(statement, timeout=timeout_s or self.timeout_s)
        except (*AWAY, SQLAlchemyError) as error:
            raise DatabaseUnavailable from cause_of(error)

    async def _read(self, query: str, arguments: Sequence[object], local: str = "") -> Sequence[Any]:
        try:
            async with self.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                try:
                    async with driver.transaction(readonly=True) if local else nullcontext():
                        if local:
                            await driver.execute(local)
                        return list(await driver.fetch(query, *arguments))
                except REFUSES:
                    await connection.invalidate()  # a session keeps what was set when it began
                    raise
        except (*AWAY, *REFUSES, SQLAlchemyError) as error:  # the pool gives up at a second dead connection
            raise DatabaseUnavailable from cause_of(error)

    async def committed(self) -> str:
        """Returns what is the same as long as nothing is committed; see `COMMITTED`. Raises DatabaseUnavailable."""
        (ledger,) = await self.look(f"SELECT {COMMITTED}")
        return str(ledger)

    async def ping(self) -> None:
        """Asks the ledger whether contacts may be written, and stand as in this version. Raises DatabaseUnavailable."""
        await self.schema.check()
        async with self.transaction() as session:
            await session.execute(text(TAKES_CONTACTS))

    def lane(self, statement_timeout_s: float | None = None, *, for_questions: bool = False) -> "Lane":
        """Returns a connection of its own, which is made when it is first used.

        With a `statement_timeout_s`, PostgreSQL itself gives up on statements that take longer. `for_questions` whether
        there is any row of some kind: to find one, it makes no bitmap of all first.
        """
        options = self.engine.dialect.create_connect_args(self.engine.url)[1]
        for ours in ("prepared_statement_cache_size", "prepared_statement_name_func"):
            options.pop(ours, None)
        times = {"timeout": self.timeout_s, "command_timeout": self.timeout_s}
        options["max_cacheable_statement_size"] = 0  # prepared once, however long they are
        of_it = {"statement_timeout": f"{statement_timeout_s * 1000:.0f}"} if statement_timeout_s else {}
        of_it |= {"enable_bitmapscan": "off"} if for_questions else {}
        self._lanes.append(Lane({**options, **times, "server_settings": OF_A_LANE | of_it}, self.schema))
        return self._lanes[-1]

    async def close(self) -> None:
        for lane in self._lanes:
            lane.close()
        await self.engine.dispose()
        await self._command_engine.dispose()


class Lane:
    """A connection without SQLAlchemy, for the few statements of which each contact needs some.

    They are prepared once, take one document of JSON and are by themselves a transaction: what one has written is
    committed when it returns, unless a `transaction()` block is around it. One task at a time uses a lane.

    They are planned again after 32 statements, then 128, 512, and every 1,024: a plan of when a table was empty reads
    all of it, and PostgreSQL keeps that until it next analyses the table, for a minute or longer.
    """

    def __init__(self, options: dict[str, Any], schema: Schema) -> None:
        self._options, self._schema = options, schema
        self._connection: asyncpg.Connection | None = None
        self._begun = False
        self._plans_for = self._plans_left = FIRST_PLANS

    async def fetch(self, statement: str, document: object) -> list[asyncpg.Record]:
        """Returns the rows of a statement whose `$1` is the document.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached, does not answer in time, or has no room.
            Raced: another transaction was first.
        """
        return await self._fetch(statement, as_json(document))

    async def read(self, query: str, document: object) -> list[asyncpg.Record]:
        """Returns the rows of a query, which writes nothing. Asks once more where the connection has died since it was
        last used. Raises as `fetch` does.
        """
        return await self._again(query, as_json(document))

    async def ask(self, question: str) -> asyncpg.Record:
        """Returns the one row of a query without parameters, as `read` does."""
        (row,) = await self._again(question)
        return row

    async def _again(self, query: str, *arguments: str) -> list[asyncpg.Record]:
        try:
            return await self._fetch(query, *arguments)
        except DatabaseUnavailable:
            return await self._fetch(query, *arguments)

    async def _fetch(self, statement: str, *arguments: str) -> list[asyncpg.Record]:
        connection = await self._connected()
        async with self._in_our_words():
            if not self._begun:
                await self._plan_again(connection)
            self._plans_left -= 1
            return list(await connection.fetch(statement, *arguments))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Makes the statements of its block one transaction; a block inside a block is part of it. Raises as `fetch`
        does.
        """
        if self._begun:
            yield
            return
        connection = await self._connected()
        async with self._in_our_words():
            await self._plan_again(connection)
            async with connection.transaction():
                self._begun = True
                try:
                    yield
                finally:
                    self._begun = False

    def close(self) -> None:
        if self._connection:
            self._connection.terminate()

    async def _plan_again(self, connection: asyncpg.Connection) -> None:
        if self._plans_left <= 0:
            await connection.execute("DISCARD PLANS")
            self._plans_for = self._plans_left = min(LONGER * self._plans_for, LONGEST_PLANS)

    @asynccontextmanager
    async def _in_our_words(self) -> AsyncIterator[None]:
        """Drops the connection with the ledger: nobody knows what state it is in."""
        try:
            try:
                with in_our_words():
                    yield
            except Lacking:
                await self._schema.check()
                raise
        except DatabaseUnavailable:
            self.close()
            self._connection = None
            raise

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            try:
                self._connection = await asyncpg.connect(**self._options)
                self._plans_for = self._plans_left = FIRST_PLANS
            except Exception as error:  # any failure here means that the ledger is away
                raise DatabaseUnavailable from cause_of(error)
        return self._connection
