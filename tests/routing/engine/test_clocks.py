"""What counts as waiting: the time in line while the queue is open, and nothing that an agent does."""

from collections.abc import AsyncIterator

import pytest

from mci_router.vocabulary import ContactState, Presence
from tests.support.live import LiveState, contact_id, live_state

NEW_FIELDS = ("segment", "entered_at", "target_ms", "waits_since", "segment_offers")


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[LiveState]:
    async with live_state(redis_url) as started:
        yield started


async def waits(live: LiveState, number: int) -> dict[str, int]:
    """The contact's clocks, in seconds."""
    contact = await live.contact(number)
    clocks = ("waited", "segment_waited", "queue_waited", "held")
    return {name: int(contact[name]) // 1000 for name in clocks if name in contact}


async def head_wait(live: LiveState, queue: str = "desk") -> int:
    figures = await live.engine.line_figures(live.workspace, queue, f"{queue}|chat|1|", "")
    return figures.head_wait_ms


async def test_talk_hold_and_wrap_up_are_no_wait(live: LiveState) -> None:
    """Nor the contact's priority: after a conversation of a minute the head of the next line has waited two seconds."""
    await live.queue("other")
    await live.agent("ann")
    await live.enqueue(1, waited_s=4, priority=3)
    live.later(3)
    await live.accept("ann", 1)
    assignment = (await live.contact(1))["assignment"]
    live.later(20)
    await live.engine.start_hold(live.workspace, "ann", assignment)
    live.later(40)
    await live.presence("ann", Presence.AWAY)
    await live.enqueue(1, queue="other", rung=1, priority=3)
    assert await waits(live, 1) == {"waited": 7}
    live.later(2)
    assert await head_wait(live, "other") == 2000
    entries = [entry for entry in await live.journal() if "stay" in entry]
    assert [(entry["left_as"], entry["stay"]["segment_waited"], entry["stay"]["held"]) for entry in entries] == [
        ("overflowed", 7000, 40000)
    ]
    figures = await live.engine.line_figures(live.workspace, "desk", "desk|chat|1|")
    assert list(figures.last_waits_ms) == [7000]
    counts = await live.engine.queue_counts(live.workspace, "desk")
    assert (counts["answered"], counts["wait_sum_ms"]) == (1, 7000)


async def test_a_closed_queue_stops_the_clock(live: LiveState) -> None:
    """However often it closes, and for one that has waited before as for one that comes meanwhile."""
    await live.agent("ann", units=2)
    await live.presence("ann", Presence.AWAY)
    await live.enqueue(1)
    live.later(5)
    for _ in range(2):
        await live.engine.set_open(live.workspace, "desk", is_open=False)
        live.later(100)
        await live.engine.set_open(live.workspace, "desk", is_open=True)
        live.later(10)
    await live.engine.set_open(live.workspace, "desk", is_open=False)
    await live.enqueue(2)
    live.later(50)
    assert await head_wait(live) == 25_000
    await live.engine.set_open(live.workspace, "desk", is_open=True)
    live.later(1)
    await live.presence("ann", Presence.AVAILABLE)
    for number in (1, 2):
        await live.accept("ann", number)
    assert [await waits(live, number) for number in (1, 2)] == [
        {"waited": 26, "segment_waited": 26},
        {"waited": 1, "segment_waited": 1},
    ]


async def test_a_return_to_the_same_queue_goes_on_waiting_there(live: LiveState) -> None:
    """As for relaxation and overflow; another queue begins at nothing, and so does the way back."""
    await live.queue("other")
    await live.agent("ann")
    await live.enqueue(1)
    live.later(8)
    await live.accept("ann", 1)
    live.later(60)
    await live.presence("ann", Presence.AWAY)
    await live.enqueue(1, rung=1)
    assert await waits(live, 1) == {"waited": 8, "queue_waited": 8}
    live.later(3)
    await live.enqueue(1, queue="other", rung=2)
    assert await waits(live, 1) == {"waited": 11}
    await live.enqueue(1, rung=3)
    assert await waits(live, 1) == {"waited": 11}
    assert (await live.contact(1))["segment"] == "4"


async def test_what_waits_in_a_queue_stays_in_its_segment_when_it_is_put_there_again(live: LiveState) -> None:
    """As by a rule that widens, or when an offer is called off: it has not left."""
    await live.agent("ann")
    await live.enqueue(1)
    live.later(4)
    await live.enqueue(1, rung=1)
    live.later(1)
    await live.presence("ann", Presence.AWAY)
    await live.enqueue(1, rung=2)
    live.later(1)
    await live.close(1)
    queued = [entry for entry in await live.journal() if entry["type"] in ("contact.queued", "contact.abandoned")]
    assert [(entry["segment"], entry.get("left_as")) for entry in queued] == [
        (1, None),
        (1, None),
        (1, None),
        (1, "abandoned"),
    ]
    assert (queued[-1]["segment_waited"], queued[-1]["segment_offers"]) == (6000, 2)


async def test_what_the_version_before_put_in_line_is_taken_over(live: LiveState) -> None:
    """A record without segments counts as one stay since it first joined a line, answered or not."""
    await live.agent("ann")
    await live.enqueue(1, waited_s=30)
    await live.enqueue(2, waited_s=20)
    await live.accept("ann", 2)
    for number in (1, 2):
        key = f"{live.prefix}:contact:{contact_id(number)}"
        await live.engine.client.hdel(key, *NEW_FIELDS, "waited", "segment_waited")
    live.later(10)
    await live.accept("ann", 1)
    for number in (1, 2):
        await live.complete("ann", number)
    ended = {entry["contact"]: entry for entry in await live.journal() if entry["type"] == "contact.completed"}
    assert [
        (ended[contact_id(number)]["segment"], ended[contact_id(number)]["segment_waited"], entry["left_as"])
        for number, entry in zip((1, 2), ended.values(), strict=True)
    ] == [(1, 40_000, "answered"), (1, 20_000, "answered")]


async def test_a_hold_is_the_agents_and_ends_with_the_conversation(live: LiveState) -> None:
    """Again changes nothing; nobody else ends it; and what ends the conversation says so."""
    await live.agent("ann")
    await live.agent("bob")
    await live.enqueue(1)
    agent = str((await live.contact(1))["agent"])
    await live.accept(agent, 1)
    assignment = (await live.contact(1))["assignment"]
    other = "bob" if agent == "ann" else "ann"
    engine, workspace = live.engine, live.workspace
    assert (await engine.start_hold(workspace, other, assignment)).status == "gone"
    for _ in range(2):
        assert (await engine.start_hold(workspace, agent, assignment)).status == "ok"
        live.later(2)
    assert (await engine.end_hold(workspace, other, assignment)).status == "gone"
    await live.close(1, ContactState.CANCELLED)
    told = [entry for entry in await live.journal() if entry["type"].startswith(("contact.hold", "contact.cancelled"))]
    assert [(entry["type"], entry.get("held", 0)) for entry in told] == [
        ("contact.hold_started", 0),
        ("contact.hold_ended", 4000),
        ("contact.cancelled", 4000),
    ]
    assert (await engine.end_hold(workspace, agent, assignment)).status == "gone"
