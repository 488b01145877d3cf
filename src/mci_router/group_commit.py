"""The group commit: contacts that come at the same time share one commit, and workspaces share the commits fairly."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeAlias, TypeVar

from mci_router.database import Database, Lane
from mci_router.database_errors import Raced
from mci_router.errors import DatabaseUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

LANES = 2  # one decides while the other waits for the disk
MOST_RACES = 5  # lost in a row, before the error is the answer: each is lost to work that is committed by then


class FairQueue(Generic[Item]):
    """What waits, by workspace: one item of each in turn, so that nobody waits for another's flood."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def add(self, workspace: str, item: Item) -> None:
        self._waiting.setdefault(workspace, deque()).append(item)
        self._number += 1

    def take(self, most: int) -> list[Item]:
        """Removes and returns the next items; who comes first within a workspace is first."""
        taken: list[Item] = []
        while self._waiting and len(taken) < most:
            workspace, items = self._waiting.popitem(last=False)
            taken.append(items.popleft())
            if items:
                self._waiting[workspace] = items
        self._number -= len(taken)
        return taken


Waiting: TypeAlias = tuple[Item, asyncio.Future[Result]]


class GroupCommit(Generic[Item, Result]):
    """Lanes that work on batches: each takes what came while the others were at work.

    An item that comes while nothing is under way is worked on at once, alone. A free lane begins when as much waits as
    each busy one carries: batches grow with the load, and nobody waits longer than for one. `work` gets a lane and the
    items of a batch, and returns one result, or the exception, for each, in order. If it fails, each item is tried
    alone, so that one bad item cannot fail its neighbours. `apart_s`: a batch begins so long after the one before it,
    or when it is full; an item that comes after a pause waits for nothing. `give_way` is waited for before a batch
    begins, and what comes meanwhile is part of it.
    """

    def __init__(
        self,
        database: Database,
        work: Callable[[Lane, Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        limit: int,
        lanes: int = LANES,
        apart_s: float = 0,
        give_way: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._work = work
        self._limit = limit
        self._apart_s = apart_s
        self._give_way = give_way
        self._began = -apart_s
        self._full = asyncio.Event()
        self._free = [database.lane() for _ in range(lanes)]
        self._waiting: FairQueue[Waiting[Item, Result]] = FairQueue()
        self._carried: dict[Lane, int] = {}
        self._runs: set[asyncio.Task[None]] = set()

    async def submit(self, workspace: str, item: Item) -> Result:
        """Returns the item's result once it is committed."""
        outcome: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.add(workspace, (item, outcome))
        if len(self._waiting) >= self._limit:
            self._full.set()
        if self._free and self._enough():
            lane = self._free.pop()
            self._carried[lane] = self._limit  # until it has seen how much there is
            run = asyncio.create_task(self._run(lane))
            self._runs.add(run)
            run.add_done_callback(self._runs.discard)
        return await outcome

    def _enough(self) -> bool:
        """Returns whether as much waits as each busy lane carries."""
        return len(self._waiting) >= max(self._carried.values(), default=1)

    async def _run(self, lane: Lane) -> None:
        try:
            await self._gather()
            del self._carried[lane]
            while self._enough():
                batch = self._waiting.take(self._limit)
                self._carried[lane] = len(batch)
                await self._settle(lane, batch)
                self._carried[lane] = self._limit
                await self._gather()
                del self._carried[lane]
        finally:
            self._carried.pop(lane, None)
            self._free.append(lane)

    async def _gather(self) -> None:
        """Waits until the next batch may begin, if anything waits for it."""
        if not self._waiting:
            return
        if self._apart_s:
            await self._keep_apart()
        if self._give_way:
            await self._give_way()
        self._began = asyncio.get_running_loop().time()

    async def _keep_apart(self) -> None:
        left_s = self._began + self._apart_s - asyncio.get_running_loop().time()
        if left_s > 0 and len(self._waiting) < self._limit:
            self._full.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._full.wait()

    async def _settle(self, lane: Lane, batch: Sequence[Waiting[Item, Result]]) -> None:
        try:
            results = await self._results(lane, [item for item, _ in batch])
        except DatabaseUnavailable as error:
            results = [error] * len(batch)
        except Exception as error:
            if len(batch) > 1:
                for alone in batch:
                    await self._settle(lane, [alone])
                return
            results = [error]
        for (_, outcome), result in zip(batch, results, strict=True):
            if outcome.done():
                continue
            if isinstance(result, Exception):
                outcome.set_exception(result)
            else:
                outcome.set_result(result)

    async def _results(self, lane: Lane, items: Sequence[Item]) -> Sequence[Result | Exception]:
        for _ in range(MOST_RACES):
            try:
                return await self._work(lane, items)
            except Raced:
                continue
        return await self._work(lane, items)
