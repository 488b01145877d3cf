"""What the library keeps in memory holds only while nobody else has changed the workspace."""

import json
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ResponseError

from tests.support.live import LiveState, contact_id, live_state


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        yield started


async def test_after_a_failover_nothing_is_remembered(live: LiveState) -> None:
    """A replica that lacked the last writes comes back with another mark: what it has is what counts."""
    await live.agent("ann")
    assert (await live.enqueue(1)).agent == "ann"
    await live.accept("ann", 1)
    workspace = await live.engine.client.hgetall(f"{live.prefix}:workspace")
    await live.engine.client.hset(f"{live.prefix}:agent:ann", mapping={"used": 2, "used:chat": 2})
    busy = [key async for key in live.engine.client.scan_iter(f"{live.prefix}:busy:*")]
    standing = [key async for key in live.engine.client.scan_iter(f"{live.prefix}:standing:busy:*")]
    await live.engine.client.unlink(*busy, *standing)
    await live.engine.client.hset(f"{live.prefix}:workspace", "mark", f"{workspace['mark']} of a replica")
    assert (await live.enqueue(2)).state == "queued"
    assert await live.used("ann") == 2


async def test_a_function_that_breaks_off_leaves_nothing_in_memory(live: LiveState) -> None:
    """What it had changed in memory and not written is not there for the next one."""
    await live.agent("ann")
    broken = {"id": contact_id(1), "queue": "desk", "channel": "chat", "line": "desk|chat|1|", "units": "many"}
    more = {"enqueued_at": 0, "due_at": 0, "age": 0, "outcome": "agent", "rung": 0}
    with pytest.raises(ResponseError):
        await live.engine._run(live.workspace, "enqueue", "", "", json.dumps(broken | more))
    assert await live.used("ann") == 0
    assert (await live.enqueue(1)).state == "offered"
    assert await live.used("ann") == 1
    assert await live.engine.agent_contacts(live.workspace, "ann") == [contact_id(1)]


async def test_a_workspace_that_is_emptied_is_empty(live: LiveState) -> None:
    """As when the server comes back with none of its data: neither lines nor agents are remembered."""
    await live.agent("ann")
    await live.enqueue(1)
    keys = [key async for key in live.engine.client.scan_iter(f"{live.prefix}:*", count=1000)]
    await live.engine.client.unlink(*keys)
    await live.queue()
    await live.engine.mark_built(live.workspace, 1)
    assert (await live.enqueue(1)).state == "queued"
    assert await live.engine.client.smembers(f"{live.prefix}:lines") == {"desk|chat|1|"}
    await live.agent("bob")
    assert await live.holder(1) == ("offered", "bob")
