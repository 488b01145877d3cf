"""Customers in the journal: who turned out to be whom."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class CustomerFunctions(Connection):
    """What the journal hears of customers."""

    async def tell_customer(self, workspace: str, event: str, customer: str, told: Mapping[str, Any], *, command: str) -> None:
        """Journals a change of a customer, `merged` or `split`. The same one, told again within ten minutes, is journalled once."""
        await self._call_as(workspace, f"{command}:{event}", "tell_customer", event, customer, json.dumps(dict(told)))
