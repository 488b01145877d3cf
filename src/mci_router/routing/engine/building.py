"""Building the live state from the ledger: one process at a time, under a lease."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Cluster, Connection, prefix

BUILD_LEASE_MS = 5_000  # renewed three times as often; after a builder's death the next one waits for it
KEPT = ("workspace", "journal", "inbox", "volume", "performance", "handling", "command", "alarms")
"""Keys of what the ledger does not have: they stay when a live state is dropped."""

SCANNED = 1_000  # keys a step: about a millisecond


class BuildFunctions(Connection):
    """The functions that only a rebuild calls. `builder` is a random id, the same for one build."""

    async def begin_build(self, workspace: str, builder: str, *, again: bool = False) -> tuple[Status, bool]:
        """Begins to build, or renews the lease.

        `again`: also if the live state is complete, which then counts as incomplete.

        Returns OK, and whether an earlier live state must be dropped first; BUSY while another process builds; or
        BUILT.
        """
        reply = await self._prepare(workspace, "begin_build", builder, BUILD_LEASE_MS, "again" if again else "")
        return Status(reply["status"]), bool(reply.get("stale"))

    async def drop(self, workspace: str) -> None:
        """Removes an earlier live state, except what the ledger does not have.

        Only the process that builds may call it.
        """
        removed = 1
        while removed:  # a key written during one scan is found by the next
            removed = 0
            async for keys in self._stale_keys(workspace):
                async with self._reachable():
                    removed += await self.client.unlink(*keys)
        async with self._reachable():
            await self.client.hdel(f"{prefix(workspace)}:workspace", "stale")

    async def restore(self, workspace: str, contacts: Sequence[Mapping[str, Any]], builder: str = "") -> Status:
        """Puts open contacts back as the ledger has them.

        BUILT: another process has finished; LOST: another process builds now.
        """
        return Status((await self._prepare(workspace, "restore", builder, json.dumps(contacts)))["status"])

    async def mark_built(
        self,
        workspace: str,
        revision: int,
        builder: str = "",
        contacts: int = 0,
        suspended: Mapping[str, str] | None = None,
    ) -> Status:
        """Declares the live state complete, and matches the contacts that can be. LOST: another process builds now.

        `suspended`: the reason by agent.
        """
        build = (builder, contacts, json.dumps(suspended or {})) if builder else ()
        return Status((await self._prepare(workspace, "mark_built", revision, *build))["status"])

    async def _stale_keys(self, workspace: str) -> AsyncIterator[list[str]]:
        start, cursor = f"{prefix(workspace)}:", -1
        server: dict[str, Any] = {}
        if isinstance(self.client, Cluster):
            server["target_nodes"] = self.client.get_node_from_key(start)
        while cursor:
            async with self._reachable():
                reply = await self.client.execute_command(
                    "SCAN", max(cursor, 0), "MATCH", f"{start}*", "COUNT", SCANNED, **server
                )
            cursor, keys = _page(reply)
            if stale := [key for key in keys if key[len(start) :].split(":")[0] not in KEPT]:
                yield stale


def _page(reply: Any) -> tuple[int, list[str]]:
    """Returns the cursor and the keys of a scan's reply: a cluster's client gives cursors by node."""
    cursor, keys = reply
    return int(next(iter(cursor.values())) if isinstance(cursor, dict) else cursor), list(keys)
