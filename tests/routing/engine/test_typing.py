"""Who types is told to those who listen, on one server and on a cluster, and kept nowhere."""

import asyncio

from mci_router.routing.engine.typing import Typist
from tests.support.live import live_state


async def test_who_types_is_heard_by_all_who_listen_and_leaves_nothing(redis_url: str) -> None:
    """In the order in which it is said; what another version would say otherwise is passed over; no key is made."""
    async with live_state(redis_url) as live, live_state(redis_url) as other:
        engine, keys = live.engine, [key async for key in live.engine.client.scan_iter(f"{live.prefix}:*")]
        typists = [Typist("con_1", "customer", 1_000), Typist("con_1", "agent", 2_000, "ann")]
        async with engine.typing(live.workspace) as here, other.engine.typing(live.workspace) as there:
            await other.engine.types(other.workspace, Typist("con_2", "agent", 1))
            await engine.client.execute_command("PUBLISH", f"{live.prefix}:typing", "what is this")
            for typist in typists:
                await engine.types(live.workspace, typist)
            async with asyncio.timeout(5):
                for listener in (here, there):
                    assert [await anext(listener) for _ in typists] == typists
        assert sorted(keys) == sorted([key async for key in engine.client.scan_iter(f"{live.prefix}:*")])
