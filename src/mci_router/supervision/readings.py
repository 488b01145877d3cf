"""Readings: what many screens show is read once a process, again and again while anybody watches.

What is slow to read is read less often.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

from mci_router.errors import InternalError, Problem, TooManyStreams
from mci_router.seldom import Seldom

log = logging.getLogger(__name__)

MOST_OF_A_WORKSPACE, MOST = 50, 500  # screens a process: each costs a connection, and a comparison a second
REST, LONGEST_REST_S = 4, 4  # times as long as a reading took, within seconds: it is not read all the time

Values: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[], Awaitable[Values]]


class Reading:
    """One thing that is read: the last values, and the slug of the problem for which they are no newer."""

    def __init__(self, read: Read, every_s: float) -> None:
        self.values: Values = {}
        self.problem: str | None = None
        self.watchers: list[asyncio.Event] = []
        self.done_once = asyncio.Event()
        self._views: dict[Hashable, Values] = {}
        self._faults = Seldom()
        self._read = read
        self._every_s = every_s

    async def run(self) -> None:
        """Reads until it is cancelled, and wakes who watches after each change."""
        while True:
            began = time.monotonic()
            before = self.values, self.problem
            self.values, self.problem = await self._once()
            if before != (self.values, self.problem) or not self.done_once.is_set():
                self._views.clear()
                for watcher in self.watchers:
                    watcher.set()
            self.done_once.set()
            spent = time.monotonic() - began
            await asyncio.sleep(max(self._every_s - spent, min(spent * REST, LONGEST_REST_S)))

    def view(self, key: Hashable, cut: Callable[[Values], Values]) -> Values:
        """Returns what those see of the values who share a key: cut once for all of them, while the values are so."""
        if key not in self._views:
            self._views[key] = cut(self.values)
        return self._views[key]

    async def _once(self) -> tuple[Values, str | None]:
        try:
            return await self._read(), None
        except Problem as problem:
            return self.values, problem.slug
        except Exception:
            if self._faults.due():
                log.exception("what screens show cannot be read")
            return self.values, InternalError.slug


class Readings:
    """The readings of this process, each by a key that says what is read."""

    def __init__(self) -> None:
        self._open: dict[Hashable, tuple[Reading, asyncio.Task[None]]] = {}
        self._screens: Counter[str] = Counter()

    def refuse_too_many(self, workspace: str) -> None:
        """Checks that one more screen may watch a workspace. Raises TooManyStreams."""
        if self._screens[workspace] >= MOST_OF_A_WORKSPACE or self._screens.total() >= MOST:
            raise TooManyStreams(f"{self._screens[workspace]} screens watch this workspace through this process.")

    @contextmanager
    def screen(self, workspace: str) -> Iterator[None]:
        """Counts a screen of a workspace for as long as it watches."""
        self._screens[workspace] += 1
        try:
            yield
        finally:
            self._screens[workspace] -= 1

    @asynccontextmanager
    async def watched(
        self, key: Hashable, read: Read, every_s: float, watcher: asyncio.Event
    ) -> AsyncIterator[Reading]:
        """Keeps a reading going, and wakes the watcher when it has changed. The first of several begins it with its
        `read`; the last ends it.
        """
        if key not in self._open:
            reading = Reading(read, every_s)
            self._open[key] = reading, asyncio.create_task(reading.run(), name=f"reading {key}")
        reading, task = self._open[key]
        reading.watchers.append(watcher)
        try:
            yield reading
        finally:
            reading.watchers.remove(watcher)
            if not reading.watchers:
                del self._open[key]
                task.cancel()

    def __len__(self) -> int:
        return len(self._open)
