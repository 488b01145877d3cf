"""Schedules in the journal: what binds agents from now on."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class ScheduleFunctions(Connection):
    """The function that journals what happens to schedules."""

    async def journal_schedule(self, workspace: str, event: str, data: Mapping[str, Any], *, command: str) -> None:
        """Journals that a schedule was `published` or `withdrawn`, or that a shift which binds its agent has `changed`.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(workspace, f"schedule:{command}", "journal_schedule", event, json.dumps(dict(data)))
