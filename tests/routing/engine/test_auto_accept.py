"""Offers that a queue has accepted for its agents, on a real Valkey in virtual time."""

from collections.abc import AsyncIterator

import pytest

from tests.support.live import LEASE_S, LiveState, live_state


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        yield started


async def test_an_offer_is_accepted_at_its_time_and_not_before(live: LiveState) -> None:
    """By a timer of the live state, whatever the page does: the contact is the agent's, who stays available."""
    await live.queue(auto_accept_s=3)
    await live.agent("ann")
    await live.enqueue(1)
    live.later(2.999)
    await live.fire()
    assert await live.holder(1) == ("offered", "ann")
    live.later(0.001)
    await live.fire()
    assert await live.holder(1) == ("assigned", "ann")
    live.later(60)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    assert await live.holder(1) == ("assigned", "ann")
    assert await live.told("ann") == ["agent.connected", "agent.presence_changed", "offer.created", "offer.accepted"]


async def test_an_agent_may_be_quicker_or_decline(live: LiveState) -> None:
    """What is answered by hand is not answered again."""
    await live.queue(auto_accept_s=3)
    await live.agent("ann")
    await live.enqueue(1)
    await live.accept("ann", 1)
    await live.enqueue(2)
    await live.decline("ann", 2)
    live.later(4)
    await live.fire()
    assert [await live.state(number) for number in (1, 2)] == ["assigned", "queued"]


async def test_a_queue_that_no_longer_has_it_so_leaves_the_offer_to_the_agent(live: LiveState) -> None:
    """Until its whole time is over; then it expires like any other."""
    await live.queue(auto_accept_s=3)
    await live.agent("ann")
    await live.enqueue(1)
    await live.queue(revision=2)
    live.later(5)
    await live.fire()
    assert await live.state(1) == "offered"
    live.later(15)
    await live.engine.renew_lease(live.workspace, "ann", "session of ann")
    await live.fire()
    assert await live.state(1) == "queued"
    assert (await live.engine.agent(live.workspace, "ann"))["reason"] == "not_responding"


async def test_a_desk_that_is_gone_is_given_nothing(live: LiveState) -> None:
    """When its lease has lapsed, the offer goes back with its age."""
    await live.queue(auto_accept_s=LEASE_S + 1, offer_timeout_s=LEASE_S + 20)
    await live.agent("ann")
    await live.enqueue(1)
    live.later(LEASE_S + 1)
    await live.fire()
    assert await live.state(1) == "queued"


async def test_a_call_is_put_through_to_the_agents_endpoint(live: LiveState) -> None:
    """As one that is accepted by hand; what is written is not, nor is a call without an endpoint."""
    await live.queue(auto_accept_s=1)
    await live.agent("ann", endpoint="sip:ann@phones.example", units=4, channels={"voice": 2, "chat": 1})
    for number, channel in ((1, "voice"), (2, "chat")):
        await live.enqueue(number, channel=channel)
    live.later(1)
    await live.fire()
    await live.configure("ann", units=4, channels={"voice": 2, "chat": 1}, revision=2)
    await live.enqueue(3, channel="voice")
    live.later(1)
    await live.fire()
    accepted = [entry for entry in await live.journal() if entry["type"] == "offer.accepted"]
    assert [entry.get("endpoint") for entry in accepted] == ["sip:ann@phones.example", None, None]
