"""The pool of connections to the ledger: what it makes another connection for."""

import time

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mci_router.database_errors import REFUSES, driver_of

ALL_S = 1.0


def pooled(url: str, pool_size: int, timeout_s: float) -> AsyncEngine:
    """Returns so many connections to PostgreSQL at most; an answer may take `timeout_s`."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,  # at rest one connection does all: each would plan what is asked every second by itself
        pool_timeout=timeout_s,
        hide_parameters=True,  # they are what customers say, and secrets; errors are logged
        connect_args={"timeout": timeout_s, "command_timeout": timeout_s},
    )
    event.listen(engine.sync_engine, "checkout", _connected)
    event.listen(engine.sync_engine, "handle_error", _Refusals().heard)
    return engine


class _Refusals:
    """Has the pool make another connection after a refusal: a session keeps what was set when it began, and stays with
    a server that is a standby by now. Then none of the others is of any use, either: all are made again, once a second.
    """

    def __init__(self) -> None:
        self._all_at = 0.0

    def heard(self, context: ExceptionContext) -> None:
        driver, now = driver_of(context.sqlalchemy_exception), time.monotonic()
        if isinstance(driver, REFUSES):
            standby = isinstance(driver, asyncpg.ReadOnlySQLTransactionError)
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = standby and now >= self._all_at
            self._all_at = now + ALL_S if context.invalidate_pool_on_disconnect else self._all_at


def _connected(connection: DBAPIConnection, *_: object) -> None:
    """Has the pool make another connection where the server has closed this one.

    The driver hears of that by itself; a ping would cost each transaction three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
