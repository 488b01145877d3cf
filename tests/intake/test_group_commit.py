"""Contacts that come at once share a commit; workspaces share commits fairly; one bad contact fails alone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.database import Lane
from mci_router.database_errors import Raced
from mci_router.group_commit import FairQueue, GroupCommit
from mci_router.precedence import Precedence


class Work:
    """Notes the batches that it gets; each waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, lane: Lane, items: Sequence[str]) -> list[str | Exception]:
        self.batches.append(list(items))
        await self.gate.acquire()
        if any(item.startswith("bad") for item in items):
            raise ValueError(items)
        return [item.upper() for item in items]


async def begun(work: Work, batches: int) -> None:
    """Returns once so many batches have begun, and whatever else could begin has."""
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(work.batches) == batches


def test_workspaces_take_turns() -> None:
    """However much one workspace sends, another's first contact is in the next batch; within one, who came first is."""
    waiting: FairQueue[str] = FairQueue()
    for number in range(100):
        waiting.add("flood", f"flood {number}")
    waiting.add("small", "small 0")
    waiting.add("small", "small 1")
    waiting.add("other", "other 0")
    assert waiting.take(4) == ["flood 0", "small 0", "other 0", "flood 1"]
    assert waiting.take(4) == ["small 1", "flood 2", "flood 3", "flood 4"]
    assert len(waiting) == 95
    assert len(waiting.take(1_000)) == 95
    assert (len(waiting), waiting.take(1)) == (0, [])


async def test_what_comes_during_a_commit_shares_the_next(service: tuple[str, Parts]) -> None:
    """A lone contact begins at once. A second lane begins with as much as the first carries, so batches grow."""
    work = Work()
    group: GroupCommit[str, str] = GroupCommit(service[1].database, work, limit=4)

    def send(workspace: str, *items: str) -> list[asyncio.Task[str]]:
        return [asyncio.create_task(group.submit(workspace, item)) for item in items]

    results = send("flood", "a", "b", "c")
    await begun(work, 1)
    results += send("flood", "d", "e")
    await begun(work, 1)
    results += send("flood", "f")
    await begun(work, 2)
    results += send("flood", *(f"g{number}" for number in range(9)))
    results += send("small", "x")
    await begun(work, 2)
    work.gate.release()
    await begun(work, 3)
    assert work.batches == [["a", "b", "c"], ["d", "e", "f"], ["g0", "x", "g1", "g2"]]
    for _ in range(10):
        work.gate.release()
    assert await asyncio.gather(*results) == [
        *("A", "B", "C", "D", "E", "F"),
        *(f"G{number}" for number in range(9)),
        "X",
    ]


async def test_batches_that_are_kept_apart_gather(service: tuple[str, Parts]) -> None:
    """Who comes after a pause waits for nothing; who comes soon after a batch waits, unless there is enough for one."""
    work = Work()
    group: GroupCommit[str, str] = GroupCommit(service[1].database, work, limit=3, apart_s=30)
    for _ in range(2):
        work.gate.release()
    assert await group.submit("w", "a") == "A"
    results = [asyncio.create_task(group.submit("w", item)) for item in ("b", "c")]
    await begun(work, 1)
    results.append(asyncio.create_task(group.submit("w", "d")))
    assert await asyncio.gather(*results) == ["B", "C", "D"]
    assert work.batches == [["a"], ["b", "c", "d"]]


async def test_a_batch_that_gives_way_gathers_what_comes_meanwhile(service: tuple[str, Parts]) -> None:
    """While contacts are let pass no batch begins; when it does, it has all that has come."""
    work, precedence = Work(), Precedence(30)
    group: GroupCommit[str, str] = GroupCommit(service[1].database, work, limit=64, give_way=precedence.give_way)
    work.gate.release()
    with precedence.coming():
        results = [asyncio.create_task(group.submit("w", "a"))]
        await asyncio.sleep(0)
        results += [asyncio.create_task(group.submit("w", item)) for item in ("b", "c")]
        for _ in range(10):
            await asyncio.sleep(0)
        assert not work.batches
    assert await asyncio.gather(*results) == ["A", "B", "C"]
    assert work.batches == [["a", "b", "c"]]


async def test_a_bad_item_does_not_fail_its_neighbours(service: tuple[str, Parts]) -> None:
    """When a batch fails, each of it is tried alone."""
    work = Work()
    for _ in range(10):
        work.gate.release()
    group: GroupCommit[str, str] = GroupCommit(service[1].database, work, limit=64)
    results = await asyncio.gather(
        *(group.submit("a workspace", item) for item in ("one", "bad", "two")), return_exceptions=True
    )
    assert [results[0], results[2]] == ["ONE", "TWO"]
    assert isinstance(results[1], ValueError)
    assert work.batches == [["one", "bad", "two"], ["one"], ["bad"], ["two"]]


async def test_a_batch_that_raced_is_done_again(service: tuple[str, Parts]) -> None:
    """Who has lost a race finds at the next attempt what the other has committed; who always loses hears of it."""
    attempts: list[Any] = []

    async def work(lane: Lane, items: Sequence[int]) -> list[int | Exception]:
        attempts.append(list(items))
        if len(attempts) <= items[0]:
            raise Raced
        return list(items)

    group: GroupCommit[int, int] = GroupCommit(service[1].database, work, limit=64)
    assert list(await asyncio.gather(group.submit("w", 2), group.submit("w", 7))) == [2, 7]
    assert attempts == [[2, 7]] * 3
    with pytest.raises(Raced):
        await group.submit("w", 1_000)
