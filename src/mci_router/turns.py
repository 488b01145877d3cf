"""Turns: a bounded number of places for work, given by fair share between workspaces.

Who asks for much waits for the own work; who asks for little waits for a turn, however much the others ask for.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Places for work of one kind in one process. `of_each`: the most that one workspace holds at a time."""

    def __init__(self, places: int, *, of_each: int | None = None) -> None:
        self._free = places
        self._of_each = places if of_each is None else of_each
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # in the order of turns

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(len(queue) for queue in self._waiting.values())

    @asynccontextmanager
    async def turn(self, workspace: str) -> AsyncIterator[None]:
        """Holds a place. The next is for who holds fewest of those who wait, then for who has waited longest."""
        await self._take(workspace)
        try:
            yield
        finally:
            self._give_back(workspace)

    async def _take(self, workspace: str) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(workspace, deque()).append(place)
        self._hand_out()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back(workspace)
            raise

    def _give_back(self, workspace: str) -> None:
        self._free += 1
        self._held[workspace] -= 1
        if not self._held[workspace]:
            del self._held[workspace]
        self._hand_out()

    def _hand_out(self) -> None:
        while self._free and (able := [one for one in self._waiting if self._held[one] < self._of_each]):
            following = min(able, key=self._held.__getitem__)
            queue = self._waiting.pop(following)
            place = queue.popleft()
            if queue:
                self._waiting[following] = queue  # at the end: it has had its turn
            if not place.cancelled():
                self._free -= 1
                self._held[following] += 1
                place.set_result(None)
