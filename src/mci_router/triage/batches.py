"""Micro-batches: texts that arrive while others are being read are read together, on a thread of their own.

A classifier takes several times as long for a text alone as for one in a batch; the event loop is not blocked. The
workspaces take turns, and long texts have a thread of their own: who sends a flood of them waits, and nobody else. So
have the texts of workspaces whose rules are slow.
Where neither topic nor language has to be found, short texts take less than a thread: those that come together are read
on the event loop.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from mci_router.triage.perception import FAILED, Perception
from mci_router.triage.reader import Reader, warm_up
from mci_router.triage.reading import Words
from mci_router.turns import Turns
from mci_router.values import value

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LARGEST_BATCH = 128
MOST_CHARACTERS = 20_000  # of a batch, unless it is one text: a hundredth of a second
LONG_TEXT = 4_000  # characters: a hostile one of full length takes a tenth of a second
PATIENCE_S = 5  # a text that is not read by then goes to a person


@value
class _Waiting:
    reader: Reader
    text: Words
    named: bool
    read: "asyncio.Future[Perception]"


class _Lane:
    """Texts that wait to be read: those of one reader together, the readers in turn."""

    def __init__(self, of_slow: "_Lane | None" = None) -> None:
        """Takes the lane to which texts go whose reader turned out to be slow while they waited."""
        self._of_slow = of_slow
        self._waiting: dict[tuple[int, bool], deque[_Waiting]] = {}
        self._working: asyncio.Task[None] | None = None

    def add(self, waiting: _Waiting) -> None:
        self._waiting.setdefault((id(waiting.reader), waiting.named), deque()).append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                if batch and self._of_slow and batch[0].reader.slow:
                    for waiting in batch:
                        self._of_slow.add(waiting)
                elif batch:
                    await self._read(batch)
        finally:
            self._working = None

    def _next(self) -> list[_Waiting]:
        """Takes the next batch of the reader whose turn it is; leaves out texts for which nobody waits any more."""
        whose = next(iter(self._waiting))
        queue, batch, characters = self._waiting.pop(whose), list[_Waiting](), 0
        while queue and len(batch) < LARGEST_BATCH:
            characters += len(queue[0].text.everything)
            if batch and characters > MOST_CHARACTERS:
                break
            if not (following := queue.popleft()).read.done():
                batch.append(following)
        if queue:
            self._waiting[whose] = queue  # at the end: it has had its turn
        return batch

    async def _read(self, batch: Sequence[_Waiting]) -> None:
        texts = [waiting.text for waiting in batch]
        perceptions = await self._perceived(partial(batch[0].reader.read, texts, named=batch[0].named))
        for waiting, perception in zip(batch, perceptions, strict=True):
            if not waiting.read.done():
                waiting.read.set_result(perception)

    async def _perceived(self, read: Callable[[], list[Perception]]) -> list[Perception]:
        """Reads at once: what came in the same turn of the event loop is a batch."""
        perceptions = read()
        await asyncio.sleep(0)  # before the next
        return perceptions


class _Thread(_Lane):
    """A lane with a thread of its own."""

    def __init__(self, name: str, of_slow: _Lane | None = None) -> None:
        super().__init__(of_slow)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def _perceived(self, read: Callable[[], list[Perception]]) -> list[Perception]:
        return await asyncio.get_running_loop().run_in_executor(self.thread, read)


class MicroBatches:
    """Reads texts together: in one call those of one reader that have, or have no, topic.

    `prepare` is called on a thread at once: what else the first text would wait for.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S, prepare: Callable[[], None] | None = None) -> None:
        self._patience_s = patience_s
        self._slow = slow = _Thread("triage by slow rules")
        self._at_once, self._short = _Lane(slow), _Thread("triage", slow)
        self._long = _Thread("triage of long texts", slow)
        self._short.thread.submit(warm_up)
        if prepare:
            self._long.thread.submit(prepare)
        self._turns = Turns(1)

    async def read(self, reader: Reader, text: str | Words, *, named: bool = False) -> Perception:
        """Returns what the reader finds in the text; a failed perception where that takes too long."""
        words = Words.of(text)
        read: asyncio.Future[Perception] = asyncio.get_running_loop().create_future()
        waiting, long = _Waiting(reader, words, named, read), len(words.everything) > LONG_TEXT
        if named and words.language and not long and reader.light and not reader.slow:  # takes less than a thread
            self._at_once.add(waiting)
            return await read
        (self._slow if reader.slow else self._long if long else self._short).add(waiting)
        try:
            async with asyncio.timeout(self._patience_s):
                return await read
        except TimeoutError:
            log.warning("triage did not read a text in %g s: the contact goes to a person", self._patience_s)
            return FAILED

    async def alone(self, workspace: str, work: Callable[[], Result], reader: Reader | None = None) -> Result:
        """Does other work on a long text, on the thread for these; one at a time, the workspaces in turn. What a slow
        `reader` does has its own.
        """
        if reader and reader.slow:
            return await asyncio.get_running_loop().run_in_executor(self._slow.thread, work)
        async with self._turns.turn(workspace):
            return await asyncio.get_running_loop().run_in_executor(self._long.thread, work)

    def close(self) -> None:
        for lane in (self._short, self._long, self._slow):
            lane.thread.shutdown(wait=False, cancel_futures=True)
