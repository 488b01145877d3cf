"""Digests in the journal: what rose and fell in a week."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class DigestFunctions(Connection):
    """The function that journals digests."""

    async def journal_digest(self, workspace: str, data: Mapping[str, Any], *, command: str) -> None:
        """Journals the digest of a week. The same command, sent again within ten minutes, is journalled once."""
        await self._call_as(workspace, f"digest:{command}", "journal_digest", json.dumps(dict(data)))
