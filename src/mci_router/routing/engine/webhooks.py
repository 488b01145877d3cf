"""Webhooks in the journal: which are paused, because their endpoints stall."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class WebhookFunctions(Connection):
    """The function that journals webhooks."""

    async def journal_webhook(
        self, workspace: str, event: str, webhook: str, data: Mapping[str, Any], command: str
    ) -> None:
        """Journals that a webhook is `paused` or `resumed`.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(workspace, command, "journal_webhook", event, webhook, json.dumps(dict(data)))
