"""Micro-batches: texts that arrive while others are being read are read together, on a thread of their own.

A classifier takes several times as long for a text alone as for one in a batch; the event loop is not blocked.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from mci_router.triage.perception import FAILED, Perception
from mci_router.triage.reader import Reader, warm_up
from mci_router.triage.reading import Words

log = logging.getLogger(__name__)

LARGEST_BATCH = 128
PATIENCE_S = 5  # a text that is not read by then goes to a person


@dataclass(frozen=True, slots=True)
class _Waiting:
    reader: Reader
    text: str | Words
    named: bool
    read: "asyncio.Future[Perception]"


class MicroBatches:
    """Reads texts together, whatever their workspaces: in one call those of one reader that have, or have no, topic."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="triage")
        self._thread.submit(warm_up)
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def read(self, reader: Reader, text: str | Words, *, named: bool = False) -> Perception:
        """Returns what the reader finds in the text, as its `read` does; a failed perception where that takes too
        long.
        """
        read: asyncio.Future[Perception] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(reader, text, named, read))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        try:
            async with asyncio.timeout(self._patience_s):
                return await read
        except TimeoutError:
            log.warning("triage did not read a text in %g s: the contact goes to a person", self._patience_s)
            return FAILED

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                for together in _by_reader(batch):
                    await self._read(together)
        finally:
            self._working = None

    async def _read(self, together: Sequence[_Waiting]) -> None:
        texts, first = [waiting.text for waiting in together], together[0]
        read = partial(first.reader.read, texts, named=first.named)
        perceptions = await asyncio.get_running_loop().run_in_executor(self._thread, read)
        for waiting, perception in zip(together, perceptions, strict=True):
            if not waiting.read.done():
                waiting.read.set_result(perception)


def _by_reader(batch: Sequence[_Waiting]) -> list[list[_Waiting]]:
    groups: dict[tuple[int, bool], list[_Waiting]] = {}
    for waiting in batch:
        groups.setdefault((id(waiting.reader), waiting.named), []).append(waiting)
    return list(groups.values())
