"""Reading the journal: the ledger's consumer group, and the feed from which sockets are served."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any, TypeAlias

from mci_router.clock import to_ms, utc_now
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine, ResponseError, prefix, reachable
from mci_router.routing.engine.connection import LONGEST_BLOCK_S, LONGEST_READ_S
from mci_router.routing.engine.typing import Typist
from mci_router.routing.entries import JournalEntry, entry_id, parsed
from mci_router.seldom import Seldom
from mci_router.values import value

log = logging.getLogger(__name__)

GROUP = "ledger"
BLOCK_MS = round(LONGEST_BLOCK_S * 1000)  # a reader at rest looks up this often, to claim what a dead one left
CLAIM_AFTER_MS = 5_000  # longer than any commit takes
CLAIM_EVERY_S = 1.0  # of a reader that has just begun: it may have taken a dead one's place
BEGINNING_S = 10.0
KEEP_MS = 600_000  # the stream keeps what the ledger has for ten minutes, for people who look
RETRY_S = 0.2
BATCH = 500
MOST_UNREAD = 128  # items of a desk's queue
EVERYTHING = "*"  # no agent's name: who subscribes to it gets all entries of a workspace


@value
class Gap:
    """Handed to every socket when entries may have been missed: what an agent missed stands in its inbox."""


@value
class Reconnected:
    """Handed to a desk's own queue when its lease had lapsed, as after the live state was rebuilt: `reply` is what
    `connect` answered.
    """

    reply: dict[str, Any]


FeedItem: TypeAlias = JournalEntry | Gap | Reconnected | Typist
"""What a socket's queue holds."""


class Journal:
    """The journal of one workspace, as one reader among those that share it has it."""

    def __init__(self, engine: Engine, workspace: str, consumer: str) -> None:
        self._engine = engine
        self._stream = f"{prefix(workspace)}:journal"
        self._consumer = consumer
        self._began = time.monotonic()
        self._claim_at = self._began

    async def unprojected(self, patience_s: float = BLOCK_MS / 1000) -> list[JournalEntry]:
        """Returns the next entries for the ledger: first those that a dead reader left, then new ones.

        Empty after `patience_s` without any, or earlier.
        """
        async with reachable(LONGEST_READ_S):
            try:
                if time.monotonic() >= self._claim_at and (left := await self._claim()):
                    return left
                return await self._read(block_ms=min(self._patience_ms(), round(patience_s * 1000)))
            except ResponseError as error:
                if "NOGROUP" not in str(error):
                    raise
                await self._make_group()
                return []

    async def more(self) -> list[JournalEntry]:
        """Returns new entries, if there are any now; none if they cannot be read: then they are left for later."""
        with suppress(EngineUnavailable, ResponseError):
            async with reachable():
                return await self._read(block_ms=None)
        return []

    async def _claim(self) -> list[JournalEntry]:
        """Returns entries that were read long ago and never projected; asks again at once if there were any."""
        claimed = await self._engine.client.xautoclaim(
            self._stream, GROUP, self._consumer, min_idle_time=CLAIM_AFTER_MS, count=BATCH
        )
        if not claimed[1]:
            beginning = time.monotonic() < self._began + BEGINNING_S
            self._claim_at = time.monotonic() + (CLAIM_EVERY_S if beginning else BLOCK_MS / 1000)
        return entries_of(claimed[1])

    def _patience_ms(self) -> int:
        """Returns for how long a read may block: until the next claim."""
        return max(1, round((self._claim_at - time.monotonic()) * 1000))

    async def _read(self, block_ms: int | None) -> list[JournalEntry]:
        client = self._engine.client if block_ms is None else self._engine.blocking
        read = await client.xreadgroup(GROUP, self._consumer, {self._stream: ">"}, count=BATCH, block=block_ms)
        return entries_of(_of_stream(read))

    async def projected(self, entries: Sequence[JournalEntry]) -> None:
        """Acknowledges entries that the ledger has committed."""
        async with reachable():
            await self._engine.client.xack(self._stream, GROUP, *(entry.stream_id for entry in entries))

    async def settled(self) -> str | None:
        """Returns the entry id before which the ledger has all there is; None for no journal."""
        async with reachable():
            if not await self._engine.client.exists(self._stream):
                return None
            # In this order: what is delivered in between has a later id than the group's last.
            delivered = await self._last_delivered()
            pending = await self._engine.client.xpending(self._stream, GROUP) if delivered else {"min": "0-0"}
        return entry_id(str(pending["min"] or _after(delivered or "0-0")))

    async def ahead(self) -> bool:
        """Returns whether the ledger lacks any of it."""
        async with reachable():
            newest = await self._engine.client.xrevrange(self._stream, count=1)
        settled = await self.settled()
        return bool(newest) and settled is not None and entry_id(str(newest[0][0])) >= settled

    async def trim(self) -> None:
        """Drops entries that the ledger has had for ten minutes."""
        async with reachable():
            if not await self._engine.client.exists(self._stream):
                return
            delivered = await self._last_delivered()
            if delivered is None:
                return  # the ledger has read nothing yet
            pending = await self._engine.client.xpending(self._stream, GROUP)
            oldest = str(pending["min"] or delivered)
            kept = to_ms(utc_now()) - KEEP_MS
            limit = oldest if int(oldest.split("-")[0]) <= kept else f"{kept}-0"
            await self._engine.client.xtrim(self._stream, minid=limit, approximate=False)

    async def _last_delivered(self) -> str | None:
        groups = await self._engine.client.xinfo_groups(self._stream)
        return next((str(group["last-delivered-id"]) for group in groups if group["name"] == GROUP), None)

    async def _make_group(self) -> None:
        with suppress(ResponseError):  # another process was first
            await self._engine.client.xgroup_create(self._stream, GROUP, id="0", mkstream=True)


def settled_by(engine: Engine) -> Callable[[str], Awaitable[str | None]]:
    """Returns a function that says, for a workspace, up to which entry the ledger has its journal."""

    async def settled(workspace: str) -> str | None:
        return await Journal(engine, workspace, "nobody").settled()

    return settled


class FeedQueue(asyncio.Queue[FeedItem]):
    """The entries for one socket, or for a group of them. `most_unread`: with more, it holds a gap instead."""

    def __init__(self, most_unread: int = MOST_UNREAD) -> None:
        super().__init__()
        self.most_unread = most_unread


class Feed:
    """Hands journal entries to the sockets that they concern: one reader a workspace, however many sockets.

    An entry concerns its agent, its `contact:ID`, its `customer:ID`, and the one whom that was merged into.
    `give_way` is waited for before entries that tell of messages alone are handed out.
    """

    def __init__(self, engine: Engine, give_way: Callable[[], Awaitable[None]] | None = None) -> None:
        self._engine = engine
        self._give_way = give_way
        self._queues: dict[str, dict[str, set[FeedQueue]]] = defaultdict(lambda: defaultdict(set))
        self._faults = Seldom()
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._started: dict[str, asyncio.Event] = {}

    async def subscribe(self, workspace: str, whom: str, queue: FeedQueue | None = None) -> FeedQueue:
        """Returns a queue of the entries that concern an agent, or a `customer:ID` and so on, from now on: once it
        returns, no entry is missed. With `queue`, they come to that one as well as what it has already.
        """
        queue = FeedQueue() if queue is None else queue
        self._queues[workspace][whom].add(queue)
        if workspace not in self._readers:
            self._started[workspace] = asyncio.Event()
            self._readers[workspace] = asyncio.create_task(self._read(workspace, self._started[workspace]))
        await self._started[workspace].wait()
        return queue

    def unsubscribe(self, workspace: str, whom: str, queue: FeedQueue) -> None:
        subscribers = self._queues[workspace]
        subscribers[whom].discard(queue)
        if not subscribers[whom]:
            del subscribers[whom]
        if not subscribers and (reader := self._readers.pop(workspace, None)):
            reader.cancel()

    async def close(self) -> None:
        readers = list(self._readers.values())
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    async def _read(self, workspace: str, started: asyncio.Event) -> None:
        stream, last = f"{prefix(workspace)}:journal", ""
        while True:
            try:
                if not last:
                    last = await self._end_of(stream)
                    self._report_gap(workspace)
                started.set()
                async with reachable(LONGEST_READ_S):
                    read = await self._engine.blocking.xread({stream: last}, count=BATCH, block=BLOCK_MS)
                entries = entries_of(_of_stream(read))
                if self._give_way and entries and all(entry.talk for entry in entries):
                    await self._give_way()
                for entry in entries:
                    last = entry.stream_id
                    self._hand_out(workspace, entry)
            except EngineUnavailable:
                last = ""
                started.set()
                await asyncio.sleep(RETRY_S)
            except Exception:
                if self._faults.due(workspace):
                    log.exception("the feed of %s failed and is read again", workspace)
                last = ""
                await asyncio.sleep(RETRY_S)

    async def _end_of(self, stream: str) -> str:
        async with reachable():
            newest = await self._engine.client.xrevrange(stream, count=1)
        return str(newest[0][0]) if newest else "0-0"

    def _report_gap(self, workspace: str) -> None:
        for queue in set(chain.from_iterable(self._queues[workspace].values())):
            _put(queue, Gap())

    def _hand_out(self, workspace: str, entry: JournalEntry) -> None:
        subscribers = self._queues[workspace]
        concerned = [subscribers[whom] for whom in _concerned(entry) if whom in subscribers]
        for queue in concerned[0] if len(concerned) == 1 else set(chain.from_iterable(concerned)):
            _put(queue, entry)
        for name, seq in entry.data.get("others", {}).items():  # who takes part in its conversation
            for queue in subscribers.get(name, ()):
                _put(queue, replace(entry, agent=name, holder=entry.agent, seq=seq))


def _concerned(entry: JournalEntry) -> Iterator[str]:
    if entry.agent:
        yield entry.agent
    yield EVERYTHING
    if entry.contact:
        yield f"contact:{entry.contact}"
    for customer in {entry.data.get("customer"), entry.data.get("into")} - {None}:
        yield f"customer:{customer}"


def _put(queue: FeedQueue, item: FeedItem) -> None:
    """Adds an item to a queue. Who does not read gets what was missed from elsewhere, as after a gap."""
    if queue.qsize() >= queue.most_unread:
        kept = [one for one in (queue.get_nowait() for _ in range(queue.qsize())) if isinstance(one, Reconnected)]
        for reconnected in kept[-1:]:
            queue.put_nowait(reconnected)
        queue.put_nowait(Gap())
    queue.put_nowait(item)


def _after(stream_id: str) -> str:
    ms, sequence = stream_id.split("-")
    return f"{ms}-{int(sequence) + 1}"


def _of_stream(read: Any) -> Sequence[tuple[str, dict[str, str]]]:
    """Returns the entries of the one stream read: redis-py gives pairs in RESP2 and a mapping in RESP3."""
    if not read:
        return []
    if isinstance(read, dict):
        (batches,) = read.values()
        return [entry for batch in batches for entry in batch]
    return list(read[0][1])


def entries_of(raw: Sequence[tuple[str, dict[str, str]]]) -> list[JournalEntry]:
    return [parsed(stream_id, fields) for stream_id, fields in raw]
