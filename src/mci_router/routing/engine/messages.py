"""Messages in the journal: what becomes of them after they were written."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.routing.engine.connection import Connection


class MessageFunctions(Connection):
    """The function that journals changes of messages."""

    async def message_changed(self, workspace: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Journals that messages were delivered, edited, redacted or read, at most 64: each `{type, contact, case,
        customer, …}`. Raises EngineUnavailable: some may be journalled.
        """
        await self._call(workspace, "message_changed", json.dumps([dict(change) for change in changes]))
