"""Look-ups that are remembered for a few seconds: of keys, which come with every request."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

REMEMBER_S = 5  # a revoked key is refused everywhere after this long; it saves a query a request
MOST_REMEMBERED = 10_000

Found = TypeVar("Found")


class RememberedLookups(Generic[Found]):
    """Finds what belongs to a text, and remembers it for a few seconds. Who asks for what is being looked up waits for
    that one look-up. What it raises is not remembered.
    """

    def __init__(self, look_up: Callable[[str], Awaitable[Found]]) -> None:
        self._look_up = look_up
        self._found: dict[str, tuple[float, Found]] = {}
        self._looking: dict[str, asyncio.Future[Found]] = {}

    def remembers(self, what: str) -> bool:
        """Returns whether it is known without a look-up."""
        known = self._found.get(what)
        return known is not None and known[0] > time.monotonic()

    async def get(self, what: str) -> Found:
        """Returns what was found. Raises what the look-up raises."""
        known = self._found.get(what)
        if known and known[0] > time.monotonic():
            return known[1]
        looking = self._looking.get(what)
        if looking is None:
            looking = self._looking[what] = asyncio.ensure_future(self._look_up(what))
            looking.add_done_callback(partial(self._remember, what))
        return await asyncio.shield(looking)

    def forget(self) -> None:
        """Forgets all, and what is being looked up: after a revocation here it applies at once in this process."""
        self._found.clear()
        self._looking.clear()

    def _remember(self, what: str, looking: asyncio.Future[Found]) -> None:
        """Remembers what was found, unless it was to be forgotten meanwhile."""
        in_force = self._looking.get(what) is looking
        if in_force:
            del self._looking[what]
            self._found.pop(what, None)
        if looking.cancelled() or looking.exception() or not in_force:
            return
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        self._found[what] = (time.monotonic() + REMEMBER_S, looking.result())
