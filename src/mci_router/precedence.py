"""Precedence: contacts that come in go first; work that can wait for a moment lets them pass.

What messages cost is spent in a few thousandths of a second, for all of a batch at once: a contact on its way in would
wait for that at each of its steps. A message waits for a bounded time at each step, however many contacts come.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LONGEST_S = 0.02  # that work waits for contacts: nobody who talks sees it, and most contacts are through by then


class Precedence:
    """Who goes first in one process."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._coming = 0
        self._none_coming = asyncio.Event()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Has others give way until the block ends."""
        self._coming += 1
        self._none_coming.clear()
        try:
            yield
        finally:
            self._coming -= 1
            if not self._coming:
                self._none_coming.set()

    async def give_way(self) -> None:
        """Waits until nothing is coming; not for ever."""
        if not self._coming:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._longest_s):
                while self._coming:
                    await self._none_coming.wait()
