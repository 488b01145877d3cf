"""Telling: the journal hears how far messages to customers have come, so that desks, customers and webhooks do.

The ledger marks each change until it is journalled: what a crash or a live state that was away has left is told later,
by any process. Who hears of a change twice knows it by its message and state.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import TextClause, text

from mci_router.conversations.messages import whereabouts
from mci_router.database import Database
from mci_router.errors import EngineUnavailable
from mci_router.events import EventType
from mci_router.routing.engine.shards import each
from mci_router.values import value

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64

Journal: TypeAlias = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[object]]
"""Journals changes of messages of one workspace."""


@value
class Untold:
    """What the journal is to hear: its statements, and what it hears of a row. `name` is for the log."""

    name: str
    pending: str
    workspaces: str
    rows: TextClause
    told: TextClause
    change: Callable[[Any], dict[str, Any]]


class Telling:
    """Journals changes of messages: of their deliveries, or of another kind."""

    def __init__(self, database: Database, journal: Journal, untold: Untold | None = None) -> None:
        self._database = database
        self._journal = journal
        self._untold = untold or DELIVERIES

    async def tell(self, workspace: str) -> None:
        """Journals what has changed in a workspace, but for what another process journals now; later what cannot be."""
        try:
            await self._all(workspace)
        except EngineUnavailable:
            log.warning("%s of %s are journalled when the live queues return", self._untold.name, workspace)

    async def turn(self) -> None:
        """Journals what was left. Raises as `each` does, when that of the other workspaces is journalled."""
        await each([row["workspace_id"] for row in await self._database.read(self._untold.workspaces)], self._all)

    async def _all(self, workspace: str) -> None:
        while await self._some(workspace) == MOST_AT_ONCE:
            pass

    async def _some(self, workspace: str) -> int:
        async with self._database.command() as session:
            rows = (await session.execute(self._untold.rows, {"workspace": workspace, "limit": MOST_AT_ONCE})).all()
            if rows:
                await self._journal(workspace, [self._untold.change(row) for row in rows])
                await session.execute(self._untold.told, {"rows": [row.id for row in rows]})
            return len(rows)


def _delivery(row: Any) -> dict[str, Any]:
    error = row.delivery_error or {}
    return {
        "type": EventType.MESSAGE_DELIVERY,
        **whereabouts(row._mapping, row.message),
        "delivery": row.delivery,
        **({"error": error["slug"], "retryable": error["retryable"]} if error else {}),
    }


def _rewriting(row: Any) -> dict[str, Any]:
    kind = EventType.MESSAGE_REDACTED if row.redacted else EventType.MESSAGE_EDITED
    return {
        "type": kind,
        **whereabouts(row._mapping, row.message),
        "kind": row.kind,
        **({"to_agent": row.to_agent} if row.to_agent else {}),
    }


DELIVERIES = Untold(
    name="deliveries",
    pending="EXISTS (SELECT FROM outbound_messages WHERE untold)",
    workspaces="SELECT DISTINCT workspace_id FROM outbound_messages WHERE untold",
    rows=text(
        """
        SELECT o.id, o.attempts, m.id AS message, m.received_at, m.seq, m.contact_id, m.case_id, c.customer_id,
          m.delivery, m.delivery_error
        FROM outbound_messages o JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
          JOIN cases c ON c.id = o.case_id
        WHERE o.workspace_id = :workspace AND o.untold
        ORDER BY o.id LIMIT :limit FOR NO KEY UPDATE OF o SKIP LOCKED
        """
    ),
    told=text("UPDATE outbound_messages SET untold = false WHERE id = ANY(:rows)"),
    change=_delivery,
)
REWRITINGS = Untold(
    name="edited messages",
    pending="EXISTS (SELECT FROM untold_changes)",
    workspaces="SELECT DISTINCT workspace_id FROM untold_changes",
    rows=text(
        """
        SELECT u.id, u.redacted, m.id AS message, m.received_at, m.seq, m.contact_id, m.case_id, c.customer_id,
          m.kind, m.to_agent
        FROM untold_changes u JOIN messages m ON m.id = u.message_id AND m.received_at = u.received_at
          JOIN cases c ON c.id = m.case_id
        WHERE u.workspace_id = :workspace ORDER BY u.id LIMIT :limit FOR NO KEY UPDATE OF u SKIP LOCKED
        """
    ),
    told=text("DELETE FROM untold_changes WHERE id = ANY(:rows)"),
    change=_rewriting,
)
