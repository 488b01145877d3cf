"""High volume is measured: the fewest topics that make up the share, the same for every process, and it does not flap."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.ids import new_id
from mci_router.routing.engine.connection import connect
from mci_router.settings import Settings
from mci_router.vocabulary import Volume
from mci_router.volume.classes import Classed, VolumeRules, classify
from mci_router.volume.meter import HISTORY_EXPIRE_S, VolumeMeter
from mci_router.volume.surges import BUCKET_S, DAY, HISTORY

RULES = VolumeRules(share=0.8, leave_share=0.9, floor=5)
LONG_AGO = Classed(Volume.HIGH, since=0)


def high(rates: dict[str, int], before: tuple[str, ...] = (), share: float = 0.8, floor: int = 1) -> set[str]:
    rules = VolumeRules(share=share, leave_share=0.9, floor=floor)
    classes = classify(rates, rules, before=dict.fromkeys(before, LONG_AGO), now=1e9)
    return {topic for topic, volume in classes.items() if volume is Volume.HIGH}


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"a": 80, "b": 20}, {"a"}),
        ({"a": 79, "b": 21}, {"a", "b"}),
        ({"a": 50, "b": 30, "c": 20}, {"a", "b"}),
        ({"a": 50, "b": 29, "c": 21}, {"a", "b", "c"}),
        ({"a": 10}, {"a"}),
        ({"a": 25, "b": 25, "c": 25, "d": 25}, {"a", "b", "c", "d"}),
        ({"b": 20, "a": 20, "c": 20, "d": 20, "e": 20}, {"a", "b", "c", "d"}),
    ],
)
def test_high_volume_topics_are_the_fewest_that_make_up_the_share(rates: dict[str, int], expected: set[str]) -> None:
    """Counted from the largest; equal ones in the order of their names, so that all processes agree."""
    assert high(rates) == expected


def test_below_the_floor_nothing_is_classed_and_nothing_loses_its_class() -> None:
    """Few contacts say nothing about shares: topics keep their expected volume, or what was measured in a busier hour."""
    rules = VolumeRules(share=0.8, leave_share=0.9, floor=100)
    assert classify({"a": 99}, rules, before={}, now=0) == {}
    assert classify({"a": 100}, rules, before={}, now=0) == {"a": Volume.HIGH}
    assert classify({}, rules, before={"a": LONG_AGO}, now=1e9) == {"a": Volume.HIGH}


def test_a_topic_that_nobody_asks_about_any_more_is_low_volume() -> None:
    """It is compared with the others, not forgotten."""
    assert classify({"b": 100}, RULES, before={"a": LONG_AGO}, now=1e9) == {"a": Volume.LOW, "b": Volume.HIGH}


def test_a_volume_is_kept_for_the_minimum_stay() -> None:
    """Whatever the shares say meanwhile, in either direction."""
    rules = VolumeRules(share=0.8, leave_share=0.9, floor=1, minimum_stay_s=1_800)
    before = {"a": Classed(Volume.LOW, since=1_000), "b": Classed(Volume.HIGH, since=1_000)}
    for now, expected in ((2_799, (Volume.LOW, Volume.HIGH)), (2_800, (Volume.HIGH, Volume.LOW))):
        classes = classify({"a": 99, "b": 1}, rules, before=before, now=now)
        assert (classes["a"], classes["b"]) == expected


def test_shares_may_be_of_handle_time() -> None:
    """Few long contacts outweigh many short ones; a topic without a handle time counts with the mean of the others."""
    rates = {"short": 60, "long": 30, "new": 10}
    assert classify(rates, RULES, before={}, now=0) == {"short": Volume.HIGH, "long": Volume.HIGH, "new": Volume.LOW}
    weighed = classify(rates, RULES, before={}, handle_times_s={"short": 30, "long": 900}, now=0)
    assert weighed == {"long": Volume.HIGH, "new": Volume.LOW, "short": Volume.LOW}
    assert classify(rates, RULES, before={}, handle_times_s={"other": 5}, now=0) == classify(rates, RULES, before={}, now=0)


def test_a_topic_leaves_later_than_it_enters() -> None:
    """At a share of 80 %, the topic that begins at 85 % stays if it was high and does not enter if it was not; at 90 % it leaves."""
    rates = {"a": 85, "b": 10, "c": 5}
    assert high(rates) == {"a"}
    assert high(rates, before=("b",)) == {"a", "b"}
    assert high({"a": 90, "b": 7, "c": 3}, before=("a", "b")) == {"a"}


def test_a_share_that_wavers_around_the_line_does_not_flap() -> None:
    """Once in, a topic stays in through a swing of ten points around its line."""
    before: tuple[str, ...] = ()
    told = []
    for first in (79, 81, 83, 78, 85, 80, 89):
        before = tuple(high({"a": first, "b": 100 - first}, before=before))
        told.append("b" in before)
    assert told == [True] * 7


rates_of_topics = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 500), min_size=1)


@given(rates_of_topics, st.floats(0.05, 0.95))
def test_the_set_makes_up_the_share_and_no_smaller_one_does(rates: dict[str, int], share: float) -> None:
    """Of any rates: the high ones reach the share, and without the smallest of them they would not."""
    chosen = high(rates, share=share)
    total = sum(rates.values())
    made_up = sum(rates[topic] for topic in chosen)
    assert made_up / total >= share - 1e-9
    assert (made_up - min(rates[topic] for topic in chosen)) / total < share
    assert min(rates[topic] for topic in chosen) >= max((rates[topic] for topic in set(rates) - chosen), default=0)


@pytest.fixture
async def clients(settings: Settings) -> AsyncIterator[tuple[Any, Any]]:
    first, second = (connect(settings.redis_url or "", timeout_s=5) for _ in range(2))
    yield first, second
    await first.aclose()
    await second.aclose()


async def test_two_processes_count_together_and_see_the_same(clients: tuple[Any, Any]) -> None:
    """What either notes, both read after their flush; a workspace sees only its own contacts; unknown topics count for none."""
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
    """Within the bucket, and without a past; a handful is none, and all contacts together are compared with earlier days only."""
    workspace, clock = new_id("workspace"), Clock()
    first, second = (VolumeMeter(client, clock) for client in clients)
    for meter in (first, second):
        for _ in range(8):
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
    """An even week has no surge; five times as many have one, of the topic and of all contacts; the keys are few, small, and expire."""
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
