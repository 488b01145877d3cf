"""Precedence: contacts that come in go first; work that can wait for a moment lets them pass.

What messages cost is spent in a few thousandths of a second, for all of a batch at once: a contact on its way in would
wait for that at each of its steps. A message waits for a bounded time at each step, however many contacts come.

Processes beside each other have the same processors, so they tell each other of their contacts: by a few bytes of
memory that they share, which nobody has to be woken for.
"""

import asyncio
import fcntl
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

LONGEST_S = 0.02  # that work waits for contacts: nobody who talks sees it, and most contacts are through by then
LOOK_S = 0.001  # between two looks at what the processes beside this one are taking in
PLACES = 64  # as many processes as may be started together
SIZE = 8  # bytes of a place: one moment
SHARED = "MCI_PRECEDENCE_FILE"
"""The variable in which a process that starts several gives them the file that they share."""


class Beside:
    """What processes that are started together know of each other: since when each takes its newest contact in.

    Each process makes one, and has a place in a file, which is its own as long as it lives. A moment that is long past
    says nothing, so that one that dies on the way keeps nobody waiting.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Takes a place in the file. Raises OSError where there is no such file, or no place is left."""
        self._file = os.open(path, os.O_RDWR)
        try:
            self._own = self._place()
            self._memory = mmap.mmap(self._file, PLACES * SIZE)
        except OSError:
            os.close(self._file)
            raise
        self._moments = memoryview(self._memory).cast("d")
        self.note(0)

    def note(self, moment: float) -> None:
        """Notes when this process's newest contact came, in seconds of the machine's clock; 0: all are through."""
        self._moments[self._own] = moment

    def newest(self) -> float:
        """Returns when the newest contact came that any of them is taking in; 0 if none is."""
        return max(self._moments)

    def _place(self) -> int:
        """Returns the first place that no living process has: the system gives a dead one's lock back."""
        for place in range(PLACES):
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, SIZE, place * SIZE)
                return place
        raise OSError("no place is left")


@contextmanager
def shared() -> Iterator[None]:
    """Has all processes that are started within the block know of each other's contacts, if a file can be made."""
    with ExitStack() as stack:
        with suppress(OSError):  # a container may have nowhere to write
            path = Path(stack.enter_context(TemporaryDirectory(prefix="mci-")), "precedence")
            path.write_bytes(bytes(PLACES * SIZE))
            os.environ[SHARED] = str(path)
            stack.callback(os.environ.pop, SHARED)
        yield


def beside() -> Beside | None:
    """Returns what the processes started with this one share; None for one that was started alone."""
    path = os.environ.get(SHARED)
    with suppress(OSError):
        return Beside(path) if path else None
    return None


class Precedence:
    """Who goes first in one process, and in those beside it."""

    def __init__(self, longest_s: float = LONGEST_S, others: Beside | None = None) -> None:
        self._longest_s = longest_s
        self._others = others
        self._coming = 0
        self._none_coming = asyncio.Event()
        self._pause: asyncio.Task[None] | None = None

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Has others give way until the block ends."""
        self._coming += 1
        self._none_coming.clear()
        if self._others:
            self._others.note(time.monotonic())
        try:
            yield
        finally:
            self._coming -= 1
            if not self._coming:
                self._none_coming.set()
                if self._others:
                    self._others.note(0)

    async def give_way(self) -> None:
        """Waits until nothing is coming; not for ever. Who comes while others wait goes on with them."""
        if not self._any_coming():
            return
        if self._pause is None:
            self._pause = asyncio.create_task(self._wait())
            self._pause.add_done_callback(self._over)
        await asyncio.shield(self._pause)

    def _any_coming(self) -> bool:
        return bool(self._coming) or self._others_coming()

    def _others_coming(self) -> bool:
        newest = self._others.newest() if self._others else 0
        return newest > 0 and time.monotonic() - newest < self._longest_s  # a machine's clock may just have begun, too

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._longest_s):
                while self._any_coming():
                    await (self._none_coming.wait() if self._coming else asyncio.sleep(LOOK_S))

    def _over(self, _: asyncio.Task[None]) -> None:
        self._pause = None
