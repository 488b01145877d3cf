"""The projector: brings the journal into the ledger and the webhooks' outbox.

Idempotent by entry id: a replay changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from mci_router.database import Database, Lane
from mci_router.database_errors import Raced
from mci_router.lanes import LedgerLanes
from mci_router.loops import UNTRIED
from mci_router.routing.engine import Engine, passed_on
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.projector_statement import CLOSE_CASES, MAY_BE_SURVEYED, document, statement_of
from mci_router.routing.entries import JournalEntry
from mci_router.webhooks import filling

LANES = 4  # a workspace that waits for a row must not keep the others waiting
MOST_RACES = 5  # lost in a row, before the error is logged and the entries are left for later
ENOUGH = 200  # entries that share a transaction without waiting for others: to gather more would save little
GRACE_S = 2  # for what is under way when the process stops


class Projection:
    """Brings the journals of workspaces into the ledger, as one reader among those of all processes.

    `gather_s`: entries that come within this time of a first one share its transaction, as do those that come while it
    gives way. `seen` is called with the workspace when there are any.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        *,
        gather_s: float,
        seen: Callable[[str], None] | None = None,
        give_way: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._lanes = LedgerLanes(database, LANES)
        self._engine = engine
        self._gather_s = gather_s
        self._seen = seen
        self._give_way = give_way
        self._consumer = uuid4().hex
        self._journals: dict[str, Journal] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._refused: set[str] = set()  # workspaces whose last entries the ledger did not take

    async def turn(self, workspace: str) -> float | None:
        """Projects what is new. Raises DatabaseUnavailable, EngineUnavailable: then any process projects it later.

        Returns UNTRIED where there is nothing new and the ledger was away when there was.
        """
        journal = self._journals.setdefault(workspace, self._journal(workspace))
        if entries := await journal.unprojected():
            work = asyncio.create_task(self._project(journal, workspace, entries))
            self._under_way.add(work)
            work.add_done_callback(self._under_way.discard)
            work.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits for it
            await asyncio.shield(work)  # what is read is projected, also by a process that stops
        return UNTRIED if workspace in self._refused and not entries else None

    async def trim(self, workspace: str) -> None:
        """Drops entries that the ledger has had for ten minutes. Raises EngineUnavailable."""
        await self._journal(workspace).trim()

    async def close(self) -> None:
        """Waits a little for what is under way; what is left is projected by another process."""
        if under_way := list(self._under_way):
            await asyncio.wait(under_way, timeout=GRACE_S)
            for work in under_way:
                work.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _project(self, journal: Journal, workspace: str, entries: list[JournalEntry]) -> None:
        if self._seen:
            self._seen(workspace)
        if self._gather_s and len(entries) < ENOUGH:
            await asyncio.sleep(self._gather_s)
            if self._give_way:
                await self._give_way()
            entries = entries + await journal.more()
        self._refused.add(workspace)
        async with self._lanes.taken() as lane:
            await project(lane, workspace, entries)
        self._refused.discard(workspace)
        await journal.projected(entries)

    def _journal(self, workspace: str) -> Journal:
        return Journal(self._engine, workspace, self._consumer)


async def project(lane: Lane, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Writes entries of one workspace to the ledger and to the webhooks' outbox, all of them or none.

    Raises:
        DatabaseUnavailable: nothing is written.
        Raced: others were first, again and again; nothing is written.
    """
    for _ in range(MOST_RACES):
        try:
            return await _project(lane, workspace, entries)
        except Raced:
            continue
    return await _project(lane, workspace, entries)


async def _project(lane: Lane, workspace: str, entries: Sequence[JournalEntry]) -> None:
    async with lane.transaction():
        await passed_on.settle_all(lane, workspace, entries)  # first: the segments are those of the new decisions
        written = document(workspace, entries)
        (left,) = await lane.fetch(statement_of(written), written)
        if left["cases"]:
            await lane.fetch(CLOSE_CASES, left["cases"])
        if left["surveys"] and written["ended"]:
            await lane.fetch(MAY_BE_SURVEYED, {"workspace": workspace, "ended": written["ended"]})
        if left["webhooks"]:
            await filling.fill(lane, workspace, entries)
