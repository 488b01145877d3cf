"""The lookup: sockets that ask for messages at the same moment are answered by one look into the ledger.

A message that many hear of, as the customer, its agent and those who read along, is read once.
"""

import asyncio
from collections.abc import Collection

from mci_router.conversations import reading
from mci_router.conversations.messages import MessageData
from mci_router.database import Database

MOST_AT_ONCE = 500


class Lookup:
    """Reads messages by their ids."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: set[tuple[str, str]] = set()
        self._look: asyncio.Task[dict[tuple[str, str], MessageData]] | None = None

    async def get(self, workspace: str, ids: Collection[str]) -> dict[str, MessageData]:
        """Returns messages of a workspace by id, of those there are. Raises DatabaseUnavailable."""
        if not ids:
            return {}
        if self._look is None or len(self._wanted) >= MOST_AT_ONCE:
            self._wanted = set()
            self._look = asyncio.create_task(self._read(self._wanted))
            self._look.add_done_callback(
                lambda done: done.cancelled() or done.exception()
            )  # perhaps nobody waits for it
        self._wanted.update((workspace, one) for one in ids)
        found = await asyncio.shield(self._look)
        return {one: found[workspace, one] for one in ids if (workspace, one) in found}

    async def _read(self, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], MessageData]:
        """Reads what is wanted until now; who asks later begins another look."""
        await asyncio.sleep(0)
        if self._wanted is wanted:
            self._look = None
        return await reading.of_workspaces(self._database, wanted)
