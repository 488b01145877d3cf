"""Chats whose first messages are gathered before anybody is offered them, on a real Valkey in virtual time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.vocabulary import ContactState, LeftAs
from tests.routing.engine.model import NOBODY
from tests.routing.engine.test_engine_moves import assigned, place
from tests.routing.engine.test_rebuild import begin, in_ledger, restore
from tests.support.live import LiveState, contact_id, live_state


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        await started.queue(gather_s=5)
        await started.agent("ann", channels={"chat": 3, "email": 3}, units=6)
        yield started


async def test_a_chat_is_offered_once_its_messages_are_gathered(live: LiveState) -> None:
    """It counts as waiting from the start, and keeps its age; what is not a chat, or is urgent, is offered at once."""
    await live.enqueue(1)
    await live.enqueue(2, channel="email")
    await live.enqueue(3, urgent=True)
    assert [await live.state(number) for number in (1, 2, 3)] == ["queued", "offered", "offered"]
    assert await live.waiting() == 1
    live.later(4.999)
    await live.fire()
    assert await live.state(1) == "queued"
    live.later(0.001)
    await live.fire()
    assert await live.holder(1) == ("offered", "ann")
    entered = next(entry for entry in await live.journal() if entry["type"] == "contact.queued")
    assert int((await live.contact(1))["entered_at"]) == entered["entered_at"]


async def test_an_agent_may_take_it_before(live: LiveState) -> None:
    """And it may end, or be offered by hand; nothing is left of the time that it had."""
    for number in (1, 2):
        await live.enqueue(number)
    assert (await live.engine.pull(live.workspace, "ann", contact_id(1))).state == "assigned"
    await live.close(2)
    live.later(6)
    await live.fire()
    assert [await live.state(number) for number in (1, 2)] == ["assigned", "abandoned"]
    assert await live.waiting() == 0


async def test_what_comes_from_an_agent_or_from_another_queue_is_offered_at_once(live: LiveState) -> None:
    """Its customer has said what it is about: nothing is gathered after a transfer, a place back in line, an overflow."""
    await live.queue("front")
    await assigned(live, "ann", 1, queue="front")
    await live.agent("bob", units=6)
    passed: dict[str, Any] = {"only_from": ContactState.ASSIGNED, "passed_on": True, "left_as": LeftAs.TRANSFERRED}
    await place(live, 1, rung=1, **passed)
    assert await live.holder(1) == ("offered", "bob")
    await live.accept("bob", 1)
    await live.agent("cleo", units=6)
    await place(live, 1, rung=2, **passed)
    assert await live.holder(1) == ("offered", "cleo")
    await place(live, 2, queue="front", requirement=[{"skill": "nobody_has", "min": 1}])
    await place(live, 2, rung=1, only_from=ContactState.QUEUED, left_as=LeftAs.OVERFLOWED)
    assert await live.state(2) == "offered"


async def test_the_preferred_agent_comes_first_afterwards(live: LiveState) -> None:
    await live.agent("bob")
    preferred: dict[str, Any] = {"preferred": "bob", "preferred_until": live.engine.now + 30_000}
    assert (await place(live, 1, **preferred)).state == "queued"
    live.later(5)
    await live.fire()
    assert await live.holder(1) == ("offered", "bob")


async def test_a_rebuild_goes_on_gathering(live: LiveState) -> None:
    """For what is left of the time; what was offered before waits in its line again."""
    await begin(live)
    await live.queue(revision=2, gather_s=5)
    await live.configure("ann")
    now = live.engine.now
    fresh = in_ledger(live, 1, "queued", entered_at=now - 2_000, segment=1)
    offered = in_ledger(live, 2, "queued", entered_at=now - 2_000, segment=1, segment_offers=1)
    late = in_ledger(live, 3, "queued", entered_at=now - 6_000, segment=1)
    await restore(live, fresh, offered, late)
    assert [(await live.contact(number)).get("held_for") for number in (1, 2, 3)] == [NOBODY, None, None]
    assert await live.waiting() == 3
    live.later(3)
    await live.fire()
    assert (await live.contact(1)).get("held_for") is None
    assert await live.state(1) == "queued"
