"""Escalations in the journal: who is paged, who has confirmed, and what nobody has."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class EscalationFunctions(Connection):
    """The function that journals escalations."""

    async def journal_escalation(
        self, workspace: str, event: str, escalation: str, data: Mapping[str, Any], *, command: str
    ) -> None:
        """Journals a step of an escalation: `page`, `acknowledged` or `unacknowledged`.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(
            workspace, f"{escalation}:{command}", "journal_escalation", event, escalation, json.dumps(dict(data))
        )
