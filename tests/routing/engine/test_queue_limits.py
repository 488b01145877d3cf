"""How many contacts of a queue an agent has at once: kept by every way into an agent's hands, and by every way out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.embedded import Servers
from mci_router.routing.calls import Status
from mci_router.vocabulary import Presence
from tests.support.live import LiveState, contact_id, live_state

ROOM: dict[str, Any] = {"units": 9, "channels": {"chat": 9}}


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        await started.queue("vip", expected_handle_s=60)
        await started.queue("desk", expected_handle_s=600)
        yield started


async def counted(live: LiveState, agent: str) -> dict[str, str]:
    record = await live.engine.agent(live.workspace, agent)
    return {name[3:]: number for name, number in record.items() if name.startswith("of:")}


async def test_an_agent_who_has_enough_of_a_queue_is_passed_over_for_it_alone(live: LiveState) -> None:
    """The partly used agent comes first, but for the second contact of the queue; offers and wrap-up count, and a
    supervisor's choice is refused.
    """
    await live.queue("vip", wrap_up_s=None, revision=2)
    await live.agent("ann", **ROOM, queues={"vip": 1})
    await live.enqueue(1, queue="vip")
    await live.agent("bob", **ROOM, queues={"vip": 1})
    for number, queue in enumerate(("desk", "vip", "vip"), start=2):
        await live.enqueue(number, queue=queue)
    assert [await live.holder(number) for number in (1, 2, 3, 4)] == [
        ("offered", "ann"),
        ("offered", "ann"),
        ("offered", "bob"),
        ("queued", None),
    ]
    refused = await live.engine.offer_to(live.workspace, contact_id(4), "bob")
    assert refused.status is Status.NO_ROOM
    await live.accept("ann", 1)
    await live.complete("ann", 1)
    assert await live.state(4) == "queued"
    await live.engine.end_wrap_up(live.workspace, "ann", (await live.contact(1))["assignment"])
    assert await live.holder(4) == ("offered", "ann")
    assert await counted(live, "ann") == {"desk": "1", "vip": "1"}


async def test_a_changed_limit_holds_at_once_and_takes_no_conversation_away(live: LiveState) -> None:
    """A higher one lets in who waits. A lower one takes back the youngest offer that is too many, and nothing else."""
    await live.agent("ann", **ROOM, queues={"vip": 1})
    for number in (1, 2, 3, 4):
        await live.enqueue(number, queue="vip", waited_s=10 - number)
    await live.accept("ann", 1)
    await live.configure("ann", **ROOM, queues={"vip": 3}, revision=2)
    assert [await live.state(number) for number in (1, 2, 3, 4)] == ["assigned", "offered", "offered", "queued"]
    await live.accept("ann", 2)
    await live.configure("ann", **ROOM, queues={"vip": 1}, revision=3)
    assert [await live.state(number) for number in (1, 2, 3, 4)] == ["assigned", "assigned", "queued", "queued"]
    await live.complete("ann", 1)
    assert await live.state(3) == "queued"  # as many as there may be are left
    await live.configure("ann", **ROOM, revision=4)
    assert [await live.state(number) for number in (2, 3, 4)] == ["assigned", "offered", "offered"]


async def test_a_contact_that_is_passed_on_counts_in_the_queue_it_comes_to(live: LiveState) -> None:
    """From the offer on, beside the first agent's own; a transfer that is called off leaves nothing counted."""
    for name in ("ann", "bob"):
        await live.agent(name, **ROOM, queues={"vip": 1})
    await live.enqueue(1, queue="vip")
    holder, other = ("ann", "bob") if (await live.holder(1))[1] == "ann" else ("bob", "ann")
    await live.accept(holder, 1)
    for warm_again in (True, False):
        assignment = (await live.contact(1))["assignment"]
        await live.engine.hand_over(live.workspace, holder, assignment, other, warm=True)
        assert await counted(live, other) == {"vip": "1"}
        if warm_again:
            await live.decline(other, 1)
            assert await counted(live, other) == {}
            live.later(31)
            for name in ("ann", "bob"):
                await live.engine.connect(live.workspace, name, f"session of {name}")
            await live.fire()
    await live.accept(other, 1)
    assert (await counted(live, holder), await counted(live, other)) == ({}, {"vip": "1"})
    await live.complete(other, 1)
    assert await counted(live, other) == {}


async def test_nobody_is_set_aside_for_a_queue_of_which_the_agent_has_enough(live: LiveState) -> None:
    """Though this agent is expected to be free first: another is, and this one goes on with other work."""
    await live.agent("ann", units=3, channels={"chat": 3}, queues={"vip": 1})
    await live.enqueue(1, queue="vip")
    await live.accept("ann", 1)
    await live.agent("bob", units=3, channels={"chat": 3}, queues={"vip": 1})
    for number in (2, 3, 4):
        await live.enqueue(number)
        assert (await live.holder(number)) == ("offered", "ann" if number < 4 else "bob")
        await live.accept("ann" if number < 4 else "bob", number)
    await live.enqueue(5, queue="vip", units=3, waited_s=600)
    await live.fire()
    aside = [entry["agent"] for entry in await live.journal() if entry["type"] == "agent.set_aside"]
    assert aside == ["bob"]
    await live.complete("ann", 2)
    await live.enqueue(6)
    assert await live.holder(6) == ("offered", "ann")


async def test_limits_hold_after_the_live_state_is_made_again(live: LiveState) -> None:
    """What an agent had is counted with what comes."""
    status, _ = await live.engine.begin_build(live.workspace, "one", again=True)
    assert status is Status.OK
    await live.engine.drop(live.workspace)
    await live.queue("vip")
    await live.configure("ann", **ROOM, queues={"vip": 1})
    now = live.engine.now
    served = {"id": contact_id(1), "channel": "chat", "outcome": "agent", "rung": 0, "queue": "vip", "units": 1}
    times = {"enqueued_at": now, "due_at": now, "age": now, "was": "assigned", "state": "assigned"}
    whose = {"line": "vip|chat|1|", "agent": "ann", "assignment": f"asg_{contact_id(1)[4:]}_1_1", "answered_at": now}
    assert await live.engine.restore(live.workspace, [served | times | whose], "one") is Status.OK
    assert await live.engine.mark_built(live.workspace, 1, "one", 1) is Status.OK
    await live.engine.connect(live.workspace, "ann", "desk")
    await live.presence("ann", Presence.AVAILABLE)
    await live.enqueue(2, queue="vip")
    assert await live.state(2) == "queued"
    await live.complete("ann", 1)
    assert await live.holder(2) == ("offered", "ann")


async def test_what_the_version_before_took_is_given_back_and_not_counted(live: LiveState) -> None:
    """Its contacts do not say of which queue they are."""
    await live.agent("ann", **ROOM, queues={"vip": 2})
    for number in (1, 2):
        await live.enqueue(number, queue="vip")
        await live.accept("ann", number)
    agent, contact = f"{live.prefix}:agent:ann", f"{live.prefix}:contact:{contact_id(1)}"
    await live.engine.client.hset(agent, "of:vip", 1)
    await live.engine.client.hdel(contact, "taken_of")
    await live.complete("ann", 1)
    assert await counted(live, "ann") == {"vip": "1"}
