"""The roster: which of the processes that are there does a piece of work."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import processes
from mci_router.routing.engine.processes import GONE_AFTER_S, Roster
from tests.support.live import LEASE_S, VirtualEngine

WORKS = [f"wsp_{number}" for number in range(60)]


@pytest.fixture
async def engine(redis_url: str) -> AsyncIterator[VirtualEngine]:
    async with AsyncExitStack() as stack:
        engine = VirtualEngine(redis_url, timeout_s=5, lease_s=LEASE_S)
        stack.push_async_callback(engine.close)
        yield engine


@pytest.fixture
def three(engine: VirtualEngine) -> list[Roster]:
    """Three processes that have not heard of each other, in a place of their own."""
    place = f"processes_{uuid4().hex}"
    return [Roster(engine, place) for _ in range(3)]


def shares(rosters: Sequence[Roster]) -> list[set[str]]:
    return [{work for work in WORKS if roster.mine(work)} for roster in rosters]


async def beat(*rosters: Roster) -> None:
    """Twice: who was first has not heard of who came after it."""
    for _ in range(2):
        for roster in rosters:
            await roster.beat()


async def test_each_work_is_one_process_s_and_of_a_dead_one_s_only_its_own_moves(
    engine: VirtualEngine, three: list[Roster]
) -> None:
    """A process that is alone does all; a dead one's work falls to the others within seconds, a leaving one's at once."""
    assert shares(three) == [set(WORKS)] * 3
    await beat(*three)
    before = shares(three)
    assert sum(map(len, before)) == len(WORKS) == len(set().union(*before))
    assert min(map(len, before)) > len(WORKS) / 10
    engine.now += round(GONE_AFTER_S * 1000) - 1
    await beat(*three[:2])
    assert shares(three[:2]) == before[:2]
    engine.now += 1
    await beat(*three[:2])
    after = shares(three[:2])
    assert all(mine < now for mine, now in zip(before, after, strict=False))
    assert (after[0] | after[1], after[0] & after[1]) == (set(WORKS), set())
    await three[1].leave()
    assert shares([three[1]]) == after[1:]  # until it stops
    await three[0].beat()
    assert shares([three[0]]) == [set(WORKS)]
    await three[1].beat()
    await three[0].beat()
    assert shares([three[0]]) == [set(WORKS)]  # it does not come back while it stops


async def test_without_redis_a_process_does_its_own_for_a_while_and_then_everything(
    three: list[Roster], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know who is there: rather twice than never."""
    await beat(*three)
    before = shares(three)
    away = VirtualEngine("redis://127.0.0.1:1", timeout_s=0.5, lease_s=LEASE_S)
    monkeypatch.setattr(three[0], "_engine", away)
    with pytest.raises(EngineUnavailable):
        await three[0].beat()
    assert shares(three) == before
    monkeypatch.setattr(processes, "GONE_AFTER_S", 0)
    with pytest.raises(EngineUnavailable):
        await three[0].beat()
    assert shares(three[:1]) == [set(WORKS)]
    await away.close()
