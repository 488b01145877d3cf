"""The pool of connections to the ledger: what it makes another connection for."""

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mci_router.database_errors import REFUSES, driver_of


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
    event.listen(engine.sync_engine, "handle_error", _refused)
    return engine


def _refused(context: ExceptionContext) -> None:
    """Has the pool make another connection after a refusal: a session keeps what was set when it began, and stays with
    a server that is a standby by now. Then none of the others is of any use, either.
    """
    driver = driver_of(context.sqlalchemy_exception)
    if isinstance(driver, REFUSES):
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = isinstance(driver, asyncpg.ReadOnlySQLTransactionError)


def _connected(connection: DBAPIConnection, *_: object) -> None:
    """Has the pool make another connection where the server has closed this one.

    The driver hears of that by itself; a ping would cost each transaction three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
