"""The lookup: sockets that ask for messages at the same moment are answered by one look into the ledger.

A message that many hear of, as the customer, its agent and those who read along, is read once; one that was just
written here is not read at all, unless it has changed since. One look is made at a time, of all that is asked for
before it begins: the busier the process, the more each finds.
"""

import asyncio
import time
from collections.abc import Collection

from mci_router.conversations import reading
from mci_router.conversations.messages import MessageData
from mci_router.database import Database
from mci_router.lanes import LedgerLanes

MOST_AT_ONCE = 500
KNOWN_FOR_S = 0.5  # what is written here is asked for within milliseconds; who erases it waits for nobody's memory
MOST_KNOWN = 1_000


class Lookup:
    """Reads messages by their ids."""

    def __init__(self, database: Database) -> None:
        self._lanes = LedgerLanes(database, 1)
        self._wanted: set[tuple[str, str]] = set()
        self._look: asyncio.Task[dict[tuple[str, str], MessageData]] | None = None
        self._known: dict[tuple[str, str], tuple[float, MessageData]] = {}

    def note(self, workspace: str, message: MessageData) -> None:
        """Notes a message that was just written in this process."""
        now = time.monotonic()
        while self._known:
            oldest = next(iter(self._known))
            if len(self._known) < MOST_KNOWN and self._known[oldest][0] > now:
                break
            del self._known[oldest]
        self._known[workspace, message["id"]] = now + KNOWN_FOR_S, message

    async def get(
        self, workspace: str, ids: Collection[str], *, changed: Collection[str] = ()
    ) -> dict[str, MessageData]:
        """Returns messages of a workspace by id, of those there are; those that have `changed` as they are now.

        Raises DatabaseUnavailable.
        """
        known = self._just_written(workspace, ids, changed)
        asked = [one for one in ids if one not in known]
        if not asked:
            return known
        if self._look is None or len(self._wanted) >= MOST_AT_ONCE:
            self._wanted = set()
            self._look = asyncio.create_task(self._read(self._wanted))
            self._look.add_done_callback(
                lambda done: done.cancelled() or done.exception()
            )  # perhaps nobody waits for it
        self._wanted.update((workspace, one) for one in asked)
        found = await asyncio.shield(self._look)
        return known | {one: found[workspace, one] for one in asked if (workspace, one) in found}

    def _just_written(self, workspace: str, ids: Collection[str], changed: Collection[str]) -> dict[str, MessageData]:
        now, known = time.monotonic(), {}
        for one in ids:
            until, message = self._known.get((workspace, one), (0.0, {}))
            if until > now and one not in changed:
                known[one] = message
        return known

    async def _read(self, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], MessageData]:
        """Reads what is wanted until now; who asks later begins another look."""
        await asyncio.sleep(0)
        try:
            async with self._lanes.taken() as lane:
                self._close(wanted)
                return await reading.of_workspaces(lane, wanted)
        finally:
            self._close(wanted)  # also where no lane was free in time: who asks later is not to hear of that

    def _close(self, wanted: set[tuple[str, str]]) -> None:
        """Has nobody join a look any longer."""
        if self._wanted is wanted:
            self._look = None
