"""Changes of messages: the journal hears that one was edited, redacted, delivered or read, so that desks, customers
and webhooks do.

A change is noted in the transaction that makes it, and journalled right after. What a crash or a live state that was
away has left is journalled later by any process: a reader may hear of a change twice.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic_core import from_json
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable
from mci_router.models import UnannouncedChange
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each

log = logging.getLogger(__name__)

AGE_S = 2  # until then the process that made it is about to journal it
MOST_AT_ONCE = 64
GATHER_S = 0.1
PENDING = "EXISTS (SELECT FROM unannounced_changes)"

LEFT = "SELECT id, workspace_id, entry FROM unannounced_changes WHERE at < $1 ORDER BY id LIMIT 1000"
DONE = "DELETE FROM unannounced_changes WHERE id = ANY($1)"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that the ledger has. `entry` is what the journal is to have; `row` that of the ledger."""

    row: int
    entry: Mapping[str, Any]


class Changes:
    """Notes changes, journals them, and forgets which it has journalled."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._done: list[int] = []
        self._forgetting: asyncio.Task[None] | None = None

    async def note(self, session: AsyncSession, workspace: str, entries: Sequence[Mapping[str, Any]]) -> list[Change]:
        """Notes changes in the transaction that makes them, for `tell` once that is committed."""
        if not entries:
            return []
        now = utc_now()
        rows = [{"workspace_id": workspace, "at": now, "entry": dict(entry)} for entry in entries]
        added = insert(UnannouncedChange).returning(UnannouncedChange.id, sort_by_parameter_order=True)
        ids = (await session.scalars(added, rows)).all()
        return [Change(row, entry) for row, entry in zip(ids, entries, strict=True)]

    async def tell(self, workspace: str, changes: Sequence[Change]) -> bool:
        """Journals changes; later those that cannot be now. Returns whether all are."""
        try:
            for start in range(0, len(changes), MOST_AT_ONCE):
                some = changes[start : start + MOST_AT_ONCE]
                await self._engine.message_changed(workspace, [one.entry for one in some])
                self._done += [one.row for one in some]
        except EngineUnavailable:
            log.warning("%d changes of messages of %s are told when the live queues return", len(changes), workspace)
            return False
        finally:
            if self._done and (self._forgetting is None or self._forgetting.done()):
                self._forgetting = asyncio.create_task(self._forget_soon())
        return True

    async def turn(self) -> None:
        """Journals what was left. Raises DatabaseUnavailable; EngineUnavailable when the others are journalled."""
        left: dict[str, list[Change]] = defaultdict(list)
        for row in await self._database.read(LEFT, utc_now() - timedelta(seconds=AGE_S)):
            entry = row["entry"]
            left[row["workspace_id"]].append(Change(row["id"], from_json(entry) if isinstance(entry, str) else entry))

        async def tell(workspace: str) -> None:
            if not await self.tell(workspace, left[workspace]):
                raise EngineUnavailable

        await each(list(left), tell)

    async def close(self) -> None:
        """Forgets at once what is journalled."""
        if self._forgetting:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)
        await self._forget()

    async def _forget_soon(self) -> None:
        await asyncio.sleep(GATHER_S)
        await self._forget()

    async def _forget(self) -> None:
        done, self._done = self._done, []
        try:
            if done:
                await self._database.read(DONE, done)
        except DatabaseUnavailable:
            log.warning("%d changes of messages will be told once more", len(done))
