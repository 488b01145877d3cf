"""What the live state keeps of a contact that waits: moves that come too late, offers of a callback, and what its
expected wait is of.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from mci_router.embedded import Servers
from mci_router.routing.calls import Placement, Serving, Status, line_id
from mci_router.vocabulary import ContactState
from tests.support.live import LiveState, contact_id, live_state


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


def elsewhere(live: LiveState, number: int) -> Placement:
    now = live.engine.now
    place = Placement(contact_id(number), "other", "chat", [], 1, now, now + 20_000, 0, rung=1)
    return replace(place, only_from=ContactState.QUEUED)


async def kinds(live: LiveState) -> list[str]:
    return [entry["type"] for entry in await live.journal()]


async def test_a_waiting_contact_moves_to_another_queue_with_its_age(live: LiveState) -> None:
    """Only from the state named: it waits, so it goes, and counts in one queue."""
    await live.queue("other")
    await live.enqueue(1, waited_s=50)
    result = await live.engine.enqueue(
        live.workspace, replace(elsewhere(live, 1), enqueued_at=live.engine.now - 50_000)
    )
    assert (result.status, result.queue, result.rung) == (Status.OK, "other", 1)
    assert (await live.waiting("desk"), await live.waiting("other")) == (0, 1)


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_move_that_comes_too_late_changes_nothing(live: LiveState, accepted: bool) -> None:
    """An agent has been offered the contact, or accepted it, meanwhile: it stays, and the caller is told so."""
    await live.agent("ann")
    await live.enqueue(1)
    if accepted:
        await live.accept("ann", 1)
    before = await live.contact(1)
    serving = Serving(
        contact_id(1), "chat", "community", ContactState.POSTED, rung=1, limit_at=None, only_from=ContactState.QUEUED
    )
    refused = [
        await live.engine.enqueue(live.workspace, elsewhere(live, 1)),
        await live.engine.serve(live.workspace, serving),
    ]
    assert [(result.status, result.agent) for result in refused] == [(Status.KNOWN, "ann")] * 2
    assert await live.contact(1) == before
    assert await live.used("ann") == 1


async def test_a_contact_that_goes_to_the_community_leaves_its_queue(live: LiveState) -> None:
    """It is not in line, not counted, not offered; resolved there, it is no contact of the queue, which can be removed."""
    await live.enqueue(1)
    serving = Serving(
        contact_id(1), "chat", "community", ContactState.POSTED, rung=1, limit_at=None, only_from=ContactState.QUEUED
    )
    assert (await live.engine.serve(live.workspace, serving)).status is Status.OK
    assert (await live.engine.queue_counts(live.workspace, "desk"))["open"] == 0
    await live.agent("ann")
    assert await live.holder(1) == ("posted", None)
    await live.close(1, ContactState.RESOLVED)
    assert (await live.engine.queue_counts(live.workspace, "desk"))["open"] == 0
    assert await live.engine.remove_queue(live.workspace, "desk") is Status.OK


async def test_a_callback_is_offered_once_and_only_to_who_waits(live: LiveState) -> None:
    """Again it changes nothing; who asked for one is not offered it; who is served or gone is refused."""
    engine, workspace = live.engine, live.workspace
    for number in (1, 2):
        await live.enqueue(number)
    await engine.request_callback(workspace, contact_id(2))
    told = [(await engine.offer_callback(workspace, contact_id(number))).status for number in (1, 1, 2, 3)]
    assert told == [Status.OK, Status.OK, Status.OK, Status.UNKNOWN]
    assert (await kinds(live)).count("contact.callback_offered") == 1
    await live.agent("ann")
    await live.accept("ann", 1)
    assert (await engine.offer_callback(workspace, contact_id(1))).status is Status.WRONG_STATE


async def test_figures_count_the_line_the_queue_and_the_place(live: LiveState) -> None:
    """Two lines of a queue: the figures of one know who is before a contact there, and how many wait in all."""
    for number in (1, 2, 3):
        await live.enqueue(number, waited_s=10 - number)
    await live.enqueue(4, wants={"fraud": 2})
    line = line_id("desk", "chat", 1, [])
    at_end = await live.engine.line_figures(live.workspace, "desk", line)
    second = await live.engine.line_figures(live.workspace, "desk", line, contact_id(2))
    assert (at_end.ahead, at_end.waiting, at_end.queue_waiting, at_end.staffed, at_end.ready) == (3, 3, 4, 0, 0)
    assert (second.ahead, second.head_wait_ms) == (1, 9_000)
    await live.queue("idle")
    await live.agent("ann", units=2)
    free = await live.engine.line_figures(live.workspace, "idle", line_id("idle", "chat", 1, []))
    assert (free.staffed, free.ready) == (1, 0)  # she is offered two


async def test_a_queue_is_closed_before_its_live_state_is_built(live: LiveState) -> None:
    """A rebuild sets it first: what is put back is not offered in between."""
    await live.agent("ann")
    await live.engine.client.hdel(f"{live.prefix}:workspace", "built")
    assert await live.engine.set_open(live.workspace, "desk", is_open=False) is Status.OK
    assert await live.engine.closed_queues(live.workspace) == {"desk"}
    await live.engine.mark_built(live.workspace, 1)
    await live.enqueue(1)
    assert await live.state(1) == "queued"
    await live.engine.set_open(live.workspace, "desk", is_open=True)
    assert await live.holder(1) == ("offered", "ann")
