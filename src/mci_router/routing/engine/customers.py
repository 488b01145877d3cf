"""Customers in the journal: which were merged, split or erased, and which came back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mci_router.routing.engine.connection import Connection


class CustomerFunctions(Connection):
    """The functions that journal what becomes of customers."""

    async def journal_customer(
        self, workspace: str, event: str, customer: str, data: Mapping[str, Any], *, command: str
    ) -> None:
        """Journals a change of a customer, `merged`, `split` or `erased`.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(
            workspace, f"{command}:{event}", "journal_customer", event, customer, json.dumps(dict(data))
        )

    async def journal_return(self, workspace: str, customer: str, data: Mapping[str, Any], *, command: str) -> None:
        """Journals that a customer came back with a matter that was settled.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(workspace, f"{command}:returned", "journal_return", customer, json.dumps(dict(data)))

    async def forget_closed(self, workspace: str, contacts: Iterable[str]) -> None:
        """Forgets contacts that have ended: what an agent noted about them is kept for ten minutes otherwise."""
        await self._call(workspace, "forget_closed", json.dumps(list(contacts)))
