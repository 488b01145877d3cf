"""A server of the live state that takes commands and never answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.routing.engine.connection import LONGEST_READ_S
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.reaching import LONGEST_ANSWER_S
from mci_router.volume.meter import TIMEOUT_S, VolumeMeter

TIMEOUT_OF_CALLS_S = 0.2
WORKSPACE = "ws_silent"


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """Gives the address of a server that reads and says nothing."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def listened(engine: Engine) -> None:
    """Listens to who types."""
    async with engine.typing(WORKSPACE) as typists:
        await anext(typists)


async def test_nothing_waits_for_an_answer_without_a_bound() -> None:
    """Commands have no time-out of the client's: whatever uses it outside a call of a function is within a bound, too,
    or the projector, a desk's feed or the volumes would stand still for ever.
    """
    async with silent() as url:
        engine = Engine(url, timeout_s=TIMEOUT_OF_CALLS_S, lease_s=30)
        journal, meter = Journal(engine, WORKSPACE, "here"), VolumeMeter(engine.client)
        meter.note(WORKSPACE, "bill")
        asked: list[Awaitable[object]] = [
            *(engine.contact(WORKSPACE, "con_1"), engine.ping(), journal.unprojected(), journal.settled()),
            *(listened(engine), journal.ahead(), journal.trim(), journal.projected([]), meter.flush(), journal.more()),
        ]
        async with asyncio.timeout(2 * max(LONGEST_READ_S, TIMEOUT_S)):
            *outcomes, more = await asyncio.gather(*asked, return_exceptions=True)
        await engine.close()
    assert [type(outcome) for outcome in outcomes] == [EngineUnavailable] * len(outcomes)
    assert more == []  # it is no fault of who reads: what is there is read later


async def test_a_call_waits_no_longer_than_it_may() -> None:
    """The bound of a call of a function is the setting's, whatever the client's is."""
    async with silent() as url:
        engine, loop = Engine(url, timeout_s=TIMEOUT_OF_CALLS_S, lease_s=30), asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(EngineUnavailable):
            await engine.contact(WORKSPACE, "con_1")
        assert loop.time() - began < LONGEST_ANSWER_S
        await engine.close()
