"""Together: looks of one kind, of which those that are wanted while one is under way are made by one call."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")

MOST_AT_ONCE = 64


class Together(Generic[Wanted, Found]):
    """Looks for what is wanted of a workspace, call after call; each begins after its things are asked for.

    `look` takes a workspace and what is wanted, and returns what it finds of each, in order.
    """

    def __init__(self, look: Callable[[str, Sequence[Wanted]], Awaitable[Sequence[Found]]]) -> None:
        self._look = look
        self._waiting: dict[str, list[tuple[Wanted, asyncio.Future[Found]]]] = {}
        self._working: set[asyncio.Task[None]] = set()

    async def get(self, workspace: str, wanted: Wanted) -> Found:
        """Returns what is found. Raises what `look` raises."""
        outcome: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        if workspace in self._waiting:
            self._waiting[workspace].append((wanted, outcome))
        else:
            self._waiting[workspace] = [(wanted, outcome)]
            work = asyncio.create_task(self._work(workspace))
            self._working.add(work)
            work.add_done_callback(self._working.discard)
        return await outcome

    async def _work(self, workspace: str) -> None:
        waiting = self._waiting[workspace]
        try:
            while waiting:
                batch, waiting[:MOST_AT_ONCE] = waiting[:MOST_AT_ONCE], []
                await self._settle(workspace, batch)
        finally:
            del self._waiting[workspace]

    async def _settle(self, workspace: str, batch: Sequence[tuple[Wanted, asyncio.Future[Found]]]) -> None:
        try:
            found = await self._look(workspace, [wanted for wanted, _ in batch])
        except Exception as error:
            for _, outcome in batch:
                if not outcome.done():
                    outcome.set_exception(error)
            return
        for (_, outcome), one in zip(batch, found, strict=True):
            if not outcome.done():
                outcome.set_result(one)
