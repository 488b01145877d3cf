"""Late contacts are counted as they wait, wherever they go; an alarm begins and ends once, after a while."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.clock import from_ms
from mci_router.embedded import Servers
from mci_router.routing.calls import Status
from mci_router.routing.live_queues import AlarmSeen, LiveQueue
from mci_router.vocabulary import Alarm
from tests.support.live import LiveState, contact_id, live_state

EVERY_MS = 4_000


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


async def desk(live: LiveState) -> LiveQueue:
    return (await live.engine.queue_figures(live.workspace)).queues["desk"]


async def look(live: LiveState, *seen: Alarm, sounding: tuple[Alarm, ...] = ()) -> Status:
    """One look at the queue `desk` that sees these alarms; those that sound and are not seen are named, too."""
    of_desk = [AlarmSeen("desk", alarm, alarm in seen, 60_000, 120_000, {"waiting": 3}) for alarm in {*seen, *sounding}]
    return await live.engine.note_alarms(live.workspace, EVERY_MS, ["desk"], of_desk)


async def alarms(live: LiveState) -> list[tuple[str, bool]]:
    """The alarms that were journalled: queue events and service levels alone."""
    families = ("service_level.", "queue.")
    return [(one["type"], one["active"]) for one in await live.journal() if one["type"].startswith(families)]


async def test_late_ones_and_the_longest_wait_are_known_without_a_scan(live: LiveState) -> None:
    """In line, held for an agent, offered and back, relaxed, moved and gone: a contact counts while it waits."""
    await live.enqueue(1, waited_s=90, due_in_s=-30)
    await live.enqueue(2, waited_s=10, due_in_s=10)
    await live.enqueue(3, waited_s=200, due_in_s=-5, priority=3)
    seen = await desk(live)
    assert (seen.waiting, seen.late, seen.oldest_at) == (3, 2, live.engine.now - 200_000)
    live.later(11)
    assert (await desk(live)).late == 3
    longest = await live.engine.longest_waiting(live.workspace, "desk", 2)
    assert list(longest) == [contact_id(3), contact_id(1)]
    assert longest[contact_id(1)] == from_ms(live.engine.now - 101_000)
    await live.close(3)
    await live.agent("ann", units=1)  # is offered the oldest
    seen = await desk(live)
    assert (seen.waiting, seen.late, seen.oldest_at) == (1, 1, live.engine.now - 21_000)
    await live.decline("ann", 1)
    assert (await desk(live)).waiting == 1


async def test_a_queue_knows_whom_nobody_could_serve(live: LiveState) -> None:
    """Nobody signed in, nobody at all; and which open line has most contacts."""
    await live.configure("ann", {"fraud": 3})
    await live.enqueue(1, wants={"fraud": 2})
    await live.enqueue(2, wants={"fraud": 2})
    await live.enqueue(3, wants={"french": 1})
    seen = await desk(live)
    assert (seen.waiting, seen.unstaffed, seen.unservable, seen.line) == (3, 3, 1, "desk|chat|1|fraud:2")
    await live.engine.set_open(live.workspace, "desk", is_open=False)
    seen = await desk(live)
    assert (seen.closed, seen.unstaffed, seen.unservable) == (True, 0, 0)


async def test_an_alarm_begins_after_a_while_and_ends_after_a_longer_one(live: LiveState) -> None:
    """A break starts the time again, on the way in and on the way out; each change is journalled once."""
    breached = Alarm.BREACHED
    for seen in (True, True, False, True):  # 20 s apart: never a minute without a break
        await look(live, *[breached] * seen)
        live.later(20)
    assert await alarms(live) == []
    for _ in range(3):
        await look(live, breached)
        live.later(20)
    assert await alarms(live) == [("service_level.breached", True)]
    since = (await desk(live)).alarms[breached]
    for seen in (False, False, True, False, False, False, False, False, False):
        await look(live, *[breached] * seen, sounding=(breached,))
        assert (await desk(live)).alarms == {breached: since}
        live.later(20)
    await look(live, sounding=(breached,))
    assert (await desk(live)).alarms == {}
    assert await alarms(live) == [("service_level.breached", True), ("service_level.breached", False)]


async def test_of_several_looks_at_once_one_counts(live: LiveState) -> None:
    """Processes that look at the same moment journal nothing twice; what was not looked at for long proves nothing."""
    await look(live, Alarm.UNSTAFFED)
    live.later(600)
    await look(live, Alarm.UNSTAFFED)
    assert await alarms(live) == []
    live.later(60)
    statuses = await asyncio.gather(*(look(live, Alarm.UNSTAFFED) for _ in range(5)))
    assert sorted(statuses) == [*[Status.KNOWN] * 4, Status.OK]
    assert await alarms(live) == [("queue.unstaffed", True)]


async def test_the_alarms_of_a_queue_that_is_gone_end(live: LiveState) -> None:
    """They are not left sounding; one that another process has just begun stays."""
    await look(live, Alarm.AT_RISK)
    live.later(60)
    await look(live, Alarm.AT_RISK)
    live.later(5)
    await look(live)
    assert list((await desk(live)).alarms) == [Alarm.AT_RISK]
    live.later(5)
    await live.engine.note_alarms(live.workspace, EVERY_MS, [], [])
    assert await alarms(live) == [("service_level.at_risk", True), ("service_level.at_risk", False)]


async def test_who_waited_before_late_ones_were_counted_is_counted(live: LiveState) -> None:
    """A router of the version before had put them in line: the index is made again, in parts, without ghosts."""
    for number in range(1, 6):
        await live.enqueue(number, waited_s=number, due_in_s=-number)
    keys = [f"{live.prefix}:due:desk", f"{live.prefix}:waits:desk"]
    await live.engine.client.delete(*keys)
    await live.engine.client.zadd(keys[0], {contact_id(99): 1})
    assert (await desk(live)).unindexed
    await live.engine.index_waits(live.workspace, "desk")
    seen: Any = await desk(live)
    assert (seen.late, seen.oldest_at, seen.unindexed) == (5, live.engine.now - 5_000, False)
