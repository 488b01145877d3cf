"""What is wanted while a look is under way is the next one's, workspace by workspace."""

import asyncio
from collections.abc import Sequence

import pytest

from mci_router.conversations.together import MOST_AT_ONCE, Together


class Look:
    """Notes what it is asked for; each look waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[int]]] = []
        self.gate = asyncio.Semaphore(0)

    async def __call__(self, workspace: str, wanted: Sequence[int]) -> list[int]:
        self.asked.append((workspace, list(wanted)))
        await self.gate.acquire()
        if -1 in wanted:
            raise ValueError(wanted)
        return [2 * one for one in wanted]


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_comes_meanwhile_is_looked_for_together() -> None:
    """And by a look that begins after it is asked for; another workspace does not wait."""
    look = Look()
    together = Together(look)
    first = asyncio.create_task(together.get("one", 1))
    await settled()
    others = [asyncio.create_task(together.get("one", number)) for number in range(2, MOST_AT_ONCE + 3)]
    elsewhere = asyncio.create_task(together.get("two", 5))
    await settled()
    assert look.asked == [("one", [1]), ("two", [5])]
    look.gate.release()
    look.gate.release()
    assert [await first, await elsewhere] == [2, 10]
    await settled()
    assert [len(wanted) for _, wanted in look.asked] == [1, 1, MOST_AT_ONCE]
    look.gate.release()
    look.gate.release()
    assert await asyncio.gather(*others) == [2 * number for number in range(2, MOST_AT_ONCE + 3)]


async def test_who_gives_up_and_who_fails_take_nobody_along() -> None:
    """An error is that of those who were looked for together; the next look is made all the same."""
    look = Look()
    together = Together(look)
    failing = [asyncio.create_task(together.get("one", number)) for number in (1, -1)]
    await settled()
    gone, stays = (asyncio.create_task(together.get("one", number)) for number in (2, 3))
    await settled()
    gone.cancel()
    look.gate.release()
    look.gate.release()
    for one in failing:
        with pytest.raises(ValueError, match="-1"):
            await one
    assert await stays == 6
