"""Telling: the journal hears how far messages to customers have come, so that desks, customers and webhooks do.

The ledger marks each change until it is journalled: what a crash or a live state that was away has left is told later,
by any process. Who hears of a change twice knows it by its message and state.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import text

from mci_router.database import Database
from mci_router.errors import EngineUnavailable

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
PENDING = "EXISTS (SELECT FROM outbound_messages WHERE untold)"

Journal: TypeAlias = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[object]]
"""Journals changes of messages of one workspace."""

WORKSPACES = "SELECT DISTINCT workspace_id FROM outbound_messages WHERE untold LIMIT 100"
UNTOLD = text(
    """
    SELECT o.id, o.attempts, m.id AS message, m.received_at, m.seq, m.contact_id, m.case_id, c.customer_id,
      m.delivery, m.delivery_error
    FROM outbound_messages o JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
      JOIN cases c ON c.id = o.case_id
    WHERE o.workspace_id = :workspace AND o.untold
    ORDER BY o.id LIMIT :limit FOR NO KEY UPDATE OF o SKIP LOCKED
    """
)
TOLD = text("UPDATE outbound_messages SET untold = false WHERE id = ANY(:rows)")


class Telling:
    """Journals the changes of deliveries."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def tell(self, workspace: str) -> None:
        """Journals what has changed in a workspace, but for what another process journals now; later what cannot be."""
        try:
            while await self._some(workspace) == MOST_AT_ONCE:
                pass
        except EngineUnavailable:
            log.warning("deliveries of %s are journalled when the live queues return", workspace)

    async def turn(self) -> None:
        """Journals what was left. Raises DatabaseUnavailable, EngineUnavailable."""
        for row in await self._database.read(WORKSPACES):
            while await self._some(row["workspace_id"]) == MOST_AT_ONCE:
                pass

    async def _some(self, workspace: str) -> int:
        async with self._database.command() as session:
            rows = (await session.execute(UNTOLD, {"workspace": workspace, "limit": MOST_AT_ONCE})).all()
            if rows:
                await self._journal(workspace, [_change(row) for row in rows])
                await session.execute(TOLD, {"rows": [row.id for row in rows]})
            return len(rows)


def _change(row: Any) -> dict[str, Any]:
    error = row.delivery_error or {}
    return {
        "type": "message.delivery",
        "contact": row.contact_id,
        "case": row.case_id,
        "customer": row.customer_id,
        "message": row.message,
        "message_seq": row.seq,
        "message_at": round(row.received_at.timestamp() * 1000),
        "delivery": row.delivery,
        **({"error": error["slug"], "retryable": error["retryable"]} if error else {}),
    }
