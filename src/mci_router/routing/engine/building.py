"""Making the live state from the ledger: one process at a time, under a lease."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Cluster, Connection, prefix

BUILD_LEASE_MS = 5_000  # renewed three times as often; after a builder's death the next one waits for it
KEPT = ("workspace", "journal", "inbox", "volume", "performance", "handling", "command")
"""What the ledger cannot give: it outlives a live state that is dropped."""

SCANNED = 1_000  # keys a step: about a millisecond


class BuildFunctions(Connection):
    """What only a rebuild calls. `builder` is an id of its own making, the same for one build."""

    async def begin_build(self, workspace: str, builder: str, *, anew: bool = False) -> tuple[Status, bool]:
        """Asks to build; again, to keep the lease. `anew`: also if the live state is complete, which it is no more from then on.

        OK, and whether an earlier live state must be dropped first; BUSY while another process builds; BUILT.
        """
        reply = await self._prepare(workspace, "begin_build", builder, BUILD_LEASE_MS, "anew" if anew else "")
        return Status(reply["status"]), bool(reply.get("stale"))

    async def drop(self, workspace: str) -> None:
        """Removes what is left of an earlier live state, but what the ledger does not have. Until it has, nobody else may."""
        removed = 1
        while removed:  # what was being written meanwhile is seen on the next way through
            removed = 0
            async for keys in self._stale_keys(workspace):
                async with self._reachable():
                    removed += await self.client.unlink(*keys)
        async with self._reachable():
            await self.client.hdel(f"{prefix(workspace)}:workspace", "stale")

    async def restore(self, workspace: str, contacts: Sequence[Mapping[str, Any]], builder: str = "") -> Status:
        """Puts open contacts back as the ledger has them. BUILT: somebody else has finished meanwhile; LOST: somebody else is at it."""
        return Status((await self._prepare(workspace, "restore", builder, json.dumps(contacts)))["status"])

    async def mark_built(self, workspace: str, revision: int, builder: str = "", contacts: int = 0) -> Status:
        """The live state is complete: whoever can be matched is. LOST: somebody else is at it."""
        told = (builder, contacts) if builder else ()
        return Status((await self._prepare(workspace, "mark_built", revision, *told))["status"])

    async def _stale_keys(self, workspace: str) -> AsyncIterator[list[str]]:
        start, cursor = f"{prefix(workspace)}:", -1
        server: dict[str, Any] = {}
        if isinstance(self.client, Cluster):
            server["target_nodes"] = self.client.get_node_from_key(start)
        while cursor:
            async with self._reachable():
                found = await self.client.execute_command("SCAN", max(cursor, 0), "MATCH", f"{start}*", "COUNT", SCANNED, **server)
            cursor, keys = _page(found)
            if stale := [key for key in keys if key[len(start) :].split(":")[0] not in KEPT]:
                yield stale


def _page(found: Any) -> tuple[int, list[str]]:
    """The cursor and the keys: a cluster's client gives cursors by node."""
    cursor, keys = found
    return int(next(iter(cursor.values())) if isinstance(cursor, dict) else cursor), list(keys)
