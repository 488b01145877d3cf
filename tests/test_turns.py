"""Places for work are given by fair share."""

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given
from hypothesis import strategies as st

from mci_router.turns import Turns


class Floor:
    """Work that is done when the test says so; `begun` has whose began, in order."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.begun, self.busy, self.most = turns, list[str](), 0, 0
        self.done: list[asyncio.Event] = []

    async def work(self, workspace: str) -> None:
        done = asyncio.Event()
        async with self.turns.turn(workspace):
            self.begun.append(workspace)
            self.done.append(done)
            self.busy += 1
            self.most = max(self.most, self.busy)
            await done.wait()
            self.busy -= 1

    async def finish_one(self) -> None:
        self.done.pop(0).set()
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def scene() -> None:
        await scenario()

    asyncio.run(scene())


async def test_who_comes_late_with_little_does_not_wait_for_who_asks_for_much() -> None:
    """Its first work is next, although forty of another's wait; then they take turns."""
    floor = Floor(Turns(2))
    async with asyncio.TaskGroup() as group:
        for _ in range(40):
            group.create_task(floor.work("much"))
        await settle()
        for _ in range(3):
            group.create_task(floor.work("little"))
        await settle()
        for _ in range(43):
            await floor.finish_one()
    assert floor.begun[:2] == ["much", "much"]
    assert floor.begun[2:7].count("little") == 3
    assert floor.most == 2


async def test_one_workspace_never_holds_more_than_its_share() -> None:
    """Also while places are free."""
    turns = Turns(4, of_each=1)
    floor = Floor(turns)
    async with asyncio.TaskGroup() as group:
        for workspace in ("a", "a", "a", "b"):
            group.create_task(floor.work(workspace))
        await settle()
        assert sorted(floor.begun) == ["a", "b"]
        assert turns.waiting == 2
        for _ in range(4):
            await floor.finish_one()
    assert turns.waiting == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ask", "finish", "leave"])), max_size=40))
def test_no_place_is_lost_whoever_leaves_when(steps: list[tuple[str, str]]) -> None:
    """Whether it waited or held a place; at the end all places are free."""

    async def scenario() -> None:
        turns, tasks = Turns(2, of_each=2), list[asyncio.Task[None]]()
        floor = Floor(turns)
        for workspace, step in steps:
            if step == "ask":
                tasks.append(asyncio.create_task(floor.work(workspace)))
            elif step == "leave" and tasks:
                tasks.pop().cancel()
            elif floor.done:
                floor.done.pop(0).set()
            if workspace != "a":  # else it is cancelled before it has begun
                await settle()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await settle()
        async with asyncio.timeout(1), turns.turn("x"), turns.turn("y"):
            assert turns.waiting == 0

    run(scenario)
