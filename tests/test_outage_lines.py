"""What the log says while a server is away is for who runs it: not what clients are told."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, NotFound, Problem, in_the_log
from mci_router.loops import Loop, repeat
from mci_router.routing.engine.connection import reachable
from tests.support.service import eventually

NOBODY = "127.0.0.1:9"


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """The address of a server that takes connections and says nothing."""
    over = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"
        over.set()


def database_at(address: str) -> Database:
    return Database(f"postgresql+asyncpg://router:zqxsecret@{address}/router", pool_size=1, timeout_s=0.5)


async def problem_of(work: Callable[[], Awaitable[object]]) -> Problem:
    with pytest.raises((DatabaseUnavailable, EngineUnavailable)) as raised:
        await work()
    return raised.value


async def test_it_names_the_server_the_error_and_what_goes_on_meanwhile() -> None:
    """For each way to ask PostgreSQL, and for Redis; without a password."""

    async def ask_redis() -> None:
        async with reachable():
            await Redis(host="127.0.0.1", port=9).get("a")

    ledger = database_at(NOBODY)
    for work in (ledger.ping, lambda: ledger.lane().ask("SELECT 1"), lambda: ledger.read("SELECT 1")):
        problem = await problem_of(work)
        said = in_the_log(problem)
        assert re.match(r"PostgreSQL cannot be used \(ConnectionRefusedError: .*refused.*\): nothing is", said), said
        assert "Send the same request" in problem.detail
        assert "Send the same request" not in said
        assert "zqxsecret" not in said
    said = in_the_log(await problem_of(ask_redis))
    assert re.match(r"Redis cannot be used \(ConnectionError: .*127\.0\.0\.1:9.*\): contacts are accepted", said), said
    async with silent() as address:
        said = in_the_log(await problem_of(database_at(address).ping))
    assert said.startswith("PostgreSQL cannot be used (TimeoutError: no answer in time): "), said


def test_other_problems_are_said_as_they_are() -> None:
    """Also of a server, where it is said what is special about it."""
    for problem in (NotFound("no such run"), DatabaseUnavailable("A piece of the export took too long.")):
        assert in_the_log(problem) == problem.detail
    assert in_the_log(TimeoutError()) == "TimeoutError"
    assert in_the_log(EngineUnavailable()).startswith("Redis cannot be reached: contacts are accepted")


async def test_a_loop_says_it_once_until_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """In the operator's words."""
    ledger = database_at(NOBODY)
    turns = list[str]()

    async def work() -> None:
        turns.append("turn")
        if len(turns) < 3:
            await ledger.ping()

    caplog.set_level(logging.WARNING)
    looping = asyncio.create_task(repeat(Loop("counting", 0.01, work)))

    async def over() -> bool:
        return "counting goes on" in caplog.messages

    await eventually(over)
    looping.cancel()
    with suppress(asyncio.CancelledError):
        await looping
    waits, goes_on = [one for one in caplog.messages if one.startswith("counting ")]
    assert waits.startswith("counting waits: PostgreSQL cannot be used (ConnectionRefusedError")
    assert goes_on == "counting goes on"
