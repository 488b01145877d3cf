"""Contacts are counted by topic, and every process sees the same."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mci_router.ids import new_id
from mci_router.routing.engine.connection import connect
from mci_router.settings import Settings
from mci_router.vocabulary import Volume
from mci_router.volume.classes import VolumeRules
from mci_router.volume.expectations import BUCKET_S, DAY, HISTORY
from mci_router.volume.keys import HISTORY_EXPIRE_S
from mci_router.volume.meter import VolumeMeter

RULES = VolumeRules(share=0.8, leave_share=0.9, floor=5)


@pytest.fixture
async def clients(settings: Settings) -> AsyncIterator[tuple[Any, Any]]:
    first, second = (connect(settings.redis_url or "", timeout_s=5) for _ in range(2))
    yield first, second
    await first.aclose()
    await second.aclose()


async def test_two_processes_count_together_and_see_the_same(clients: tuple[Any, Any]) -> None:
    """What either notes, both read after their flush; a workspace sees only its own contacts; unknown topics count for
    none.
    """
    workspace, other = new_id("workspace"), new_id("workspace")
    first, second = (VolumeMeter(client) for client in clients)
    for _ in range(6):
        first.note(workspace, "sign_in")
        second.note(workspace, "sign_in")
    second.note(workspace, "how_to")
    first.note(workspace, None)
    first.note(other, "how_to")
    await asyncio.gather(first.flush(), second.flush())
    await asyncio.gather(first.flush(), second.flush())
    for meter in (first, second):
        await meter.read(workspace, RULES)
        assert dict(meter.rates(workspace)) == {"sign_in": 12, "how_to": 1}
        assert dict(meter.classes(workspace)) == {"sign_in": Volume.HIGH, "how_to": Volume.LOW}
    await first.read(other, RULES)
    assert dict(first.classes(other)) == {}
    counts = [key async for key in clients[0].scan_iter(f"mci:{{{workspace}}}:volume:[0-9]*")]
    assert [key for key in counts if await clients[0].ttl(key) <= 0] == []
    await forget(clients[0], workspace, other)


class Clock:
    """Seconds since the epoch, as the test says."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0 // BUCKET_S * BUCKET_S

    def __call__(self) -> float:
        return self.now


async def test_a_contact_counts_in_the_bucket_it_came_in(clients: tuple[Any, Any]) -> None:
    """Whenever Redis could be reached: what waited during an outage does not look like a surge after it."""
    workspace, clock = new_id("workspace"), Clock()
    meter = VolumeMeter(clients[0], clock)
    for _ in range(3):
        for _ in range(40):
            meter.note(workspace, "sign_in")
        clock.now += 30 * BUCKET_S
    await meter.flush()
    await meter.read(workspace, RULES)
    assert dict(meter.rates(workspace)) == {}
    assert await meter.surges(workspace) == []
    clock.now -= 30 * BUCKET_S
    await meter.read(workspace, RULES)
    assert dict(meter.rates(workspace)) == {"sign_in": 40}
    await forget(clients[0], workspace)


async def test_a_flood_of_one_topic_is_a_surge_for_every_process(clients: tuple[Any, Any]) -> None:
    """Within the bucket, and without a past; a handful is none, and all contacts together are compared with earlier
    days only.
    """
    workspace, clock = new_id("workspace"), Clock()
    first, second = (VolumeMeter(client, clock) for client in clients)
    for meter in (first, second):
        meter.note(workspace, "how_to")
        for _ in range(20):
            meter.note(workspace, "sign_in")
        await meter.flush()
    for meter in (first, second):
        await meter.read(workspace, RULES)
        (surge,) = await meter.surges(workspace)
        assert (surge.topic, surge.seen, surge.since.timestamp()) == ("sign_in", 40, clock.now)
        assert surge.expected < surge.seen / 4
        assert 0 <= surge.probability < 1e-5
        assert await meter.surges(workspace) == [surge]
    await forget(clients[0], workspace)


async def test_a_history_of_eight_days_is_kept_and_read(clients: tuple[Any, Any]) -> None:
    """An even week has no surge; five times as many have one, of the topic and of all contacts; the keys are few,
    small, and expire.
    """
    workspace, clock = new_id("workspace"), Clock()
    newest = int(clock.now) // BUCKET_S
    meter = VolumeMeter(clients[0], clock)
    for bucket in range(newest - HISTORY + 1, newest):
        clock.now = bucket * BUCKET_S
        for _ in range(12 + bucket % 7):
            meter.note(workspace, "sign_in")
    clock.now = newest * BUCKET_S
    await meter.flush()
    for _ in range(15):
        meter.note(workspace, "sign_in")
    await meter.flush()
    await meter.read(workspace, RULES)
    assert await meter.surges(workspace) == []
    for _ in range(80):
        meter.note(workspace, "sign_in")
    await meter.flush()
    await meter.read(workspace, RULES)
    surges = await meter.surges(workspace)
    assert [(surge.topic, surge.seen) for surge in surges] == [(None, 95), ("sign_in", 95)]
    assert all(10 <= surge.expected <= 20 for surge in surges)
    days = [key async for key in clients[0].scan_iter(f"mci:{{{workspace}}}:volume:day:*")]
    assert len(days) == 2 * (HISTORY // DAY + (newest % DAY != DAY - 1))
    for key in days:
        assert 0 < await clients[0].ttl(key) <= HISTORY_EXPIRE_S
        assert await clients[0].memory_usage(key) <= 2_500
    await forget(clients[0], workspace)


async def forget(client: Any, *workspaces: str) -> None:
    for workspace in workspaces:
        await client.unlink(*[key async for key in client.scan_iter(f"mci:{{{workspace}}}:*")])
