"""Heavy requests of a workspace, a few at a time: their number, not only their rate, is what others feel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mci_router.errors import TooManyAtOnce

AT_ONCE = 2  # heavy requests of a workspace that a process works on at once
MOST_WAITING = 32  # more of a workspace are refused; these wait in order, for seconds at most


class HeavyRequests:
    """Those of each workspace, in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._at_once, self._most_waiting = at_once, most_waiting
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._here: dict[str, int] = {}

    @asynccontextmanager
    async def taken(self, workspace: str) -> AsyncIterator[None]:
        """Waits for a turn, and has it while the block lasts. Raises TooManyAtOnce."""
        here = self._here.get(workspace, 0)
        if here >= self._at_once + self._most_waiting:
            raise TooManyAtOnce
        self._here[workspace] = here + 1
        gate = self._gates.setdefault(workspace, asyncio.Semaphore(self._at_once))
        try:
            async with gate:
                yield
        finally:
            self._here[workspace] -= 1
            if not self._here[workspace]:
                del self._here[workspace], self._gates[workspace]
