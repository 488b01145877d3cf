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
from mci_router.triage.volume import VolumeMeter, classify
from mci_router.vocabulary import Volume


def high(rates: dict[str, int], before: tuple[str, ...] = (), share: float = 0.8, floor: int = 1) -> set[str]:
    classes = classify(rates, before=frozenset(before), share=share, floor=floor)
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


def test_below_the_floor_nothing_is_classed() -> None:
    """Few contacts say nothing about shares: topics keep their expected volume."""
    assert classify({"a": 99}, before=frozenset(), share=0.8, floor=100) == {}
    assert classify({"a": 100}, before=frozenset(), share=0.8, floor=100) == {"a": Volume.HIGH}
    assert classify({}, before=frozenset({"a"}), share=0.8, floor=1) == {}


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
        await meter.read(workspace, share=0.8, floor=5)
        assert dict(meter.rates(workspace)) == {"sign_in": 12, "how_to": 1}
        assert dict(meter.classes(workspace)) == {"sign_in": Volume.HIGH, "how_to": Volume.LOW}
    await first.read(other, share=0.8, floor=5)
    assert dict(first.classes(other)) == {}
    counts = [key async for key in clients[0].scan_iter(f"mci:{{{workspace}}}:volume:[0-9]*")]
    assert [key for key in counts if await clients[0].ttl(key) <= 0] == []
    await forget(clients[0], workspace, other)


async def test_a_fresh_process_remembers_what_was_high(clients: tuple[Any, Any]) -> None:
    """Hysteresis belongs to the workspace, not to the process that read last."""
    workspace = new_id("workspace")
    first, second = (VolumeMeter(client) for client in clients)
    for topic, contacts in {"a": 70, "b": 20, "c": 10}.items():
        for _ in range(contacts):
            first.note(workspace, topic)
    await first.flush()
    await first.read(workspace, share=0.8, floor=5)
    assert first.classes(workspace)["b"] is Volume.HIGH
    for _ in range(60):
        second.note(workspace, "a")
    await second.flush()
    await second.read(workspace, share=0.8, floor=5)
    assert second.rates(workspace)["a"] / sum(second.rates(workspace).values()) > 0.8
    assert second.classes(workspace)["b"] is Volume.HIGH
    await forget(clients[0], workspace)


async def forget(client: Any, *workspaces: str) -> None:
    for workspace in workspaces:
        await client.unlink(*[key async for key in client.scan_iter(f"mci:{{{workspace}}}:*")])
