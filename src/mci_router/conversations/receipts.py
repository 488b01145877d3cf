"""Receipts: an adapter says how far a message has come. Late ones and duplicates change nothing.

A receipt does not name a revision. While an edit is on its way to an adapter that has the message already, a receipt is
taken for the edit's only if that is being posted at this moment, and does not end its delivery: it may be of what was
said before, and the edit would be lost.

One that came back for good says more: the address at which its customer was written to takes nothing.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from mci_router.conversations.delivery_states import rises
from mci_router.conversations.read_marks import CUSTOMER, ReadMarks
from mci_router.conversations.telling import Telling
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.values import value
from mci_router.vocabulary import MessageDelivery

# The queue's row first, as everywhere.
FOUND = text(
    """
    SELECT o.id, o.adapter, o.state, o.contact_id, m.case_id, m.seq, m.received_at, m.delivery, m.delivery_error,
      o.state = 'queued' AND o.written IS NULL AND (m.revision > 0 OR m.redacted_at IS NOT NULL) AS changing,
      COALESCE(o.claimed_until > now(), false) AS posting
    FROM outbound_messages o
    JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
    WHERE o.workspace_id = :workspace AND o.message_id = :message FOR NO KEY UPDATE
    """
)
RISEN = text(
    """
    UPDATE messages SET delivery = :state, delivery_error = CAST(:error AS jsonb)
    WHERE id = :message AND received_at = :received_at
    """
)
HANDED_OVER = text(
    """
    UPDATE outbound_messages SET state = CASE WHEN :state = 'failed' THEN 'failed' ELSE 'sent' END,
      claimed_until = NULL, last_error = NULL, untold = untold OR :risen
    WHERE id = :row
    """
)
UNTOLD = text("UPDATE outbound_messages SET untold = true WHERE id = :row")
FAILING = text(
    """
    UPDATE customer_addresses a SET failing_since = now()
    FROM contacts c CROSS JOIN LATERAL jsonb_array_elements(c.identity -> 'addresses') AS came
    WHERE c.id = :contact AND a.workspace_id = :workspace AND a.customer_id = c.customer_id
      AND a.kind = came ->> 'kind' AND a.value = came ->> 'value' AND a.failing_since IS NULL
      AND a.kind = CASE WHEN c.channel = 'email' OR c.channel = 'web' AND EXISTS (SELECT FROM resources r
        WHERE r.workspace_id = :workspace AND r.kind = 'adapter' AND r.name = c.adapter
          AND r.spec -> 'channels' @> '["email"]') THEN 'email' ELSE 'phone' END
    """
)
BOUNCED = "bounced"


@value
class Receipt:
    """What an adapter says of a message. `error` is `{slug, detail, retryable}`, for one that has failed."""

    message: str
    state: MessageDelivery
    error: Mapping[str, Any] | None = None

    @property
    def bounced(self) -> bool:
        """Whether the message came back, and would again."""
        error = self.error or {}
        return error.get("slug") == BOUNCED and not error.get("retryable")


class Receipts:
    """Takes receipts. That a message was read is also how far its customer has read the case."""

    def __init__(self, database: Database, telling: Telling, marks: ReadMarks) -> None:
        self._database = database
        self._telling = telling
        self._marks = marks

    async def take(self, workspace: str, adapter: str | None, receipt: Receipt) -> Mapping[str, Any]:
        """Takes a receipt of an adapter. Returns the delivery in force, `{state, error}`.

        Raises:
            NotFound: no such message went to this adapter, or it did too long ago.
            DatabaseUnavailable: nothing has changed.
        """
        async with self._database.transaction() as session:
            row = (await session.execute(FOUND, {"workspace": workspace, "message": receipt.message})).one_or_none()
            if row is None or row.adapter != adapter:
                raise NotFound(f"No message {receipt.message!r} went to this key's adapter, within the last weeks.")
            state = MessageDelivery(row.delivery)
            of_before = row.changing and not row.posting
            risen = not of_before and rises(state, receipt.state)
            if risen:
                named = {"message": receipt.message, "received_at": row.received_at}
                error = json.dumps(receipt.error) if receipt.error else None
                await session.execute(RISEN, {**named, "state": receipt.state, "error": error})
                if receipt.bounced:
                    await session.execute(FAILING, {"contact": row.contact_id, "workspace": workspace})
            goes_on = of_before or (row.changing and receipt.state is not MessageDelivery.FAILED)
            if goes_on and risen:
                await session.execute(UNTOLD, {"row": row.id})
            elif not goes_on and (risen or row.state == "queued"):
                await session.execute(HANDED_OVER, {"row": row.id, "state": receipt.state, "risen": risen})
        if receipt.state is MessageDelivery.READ:
            await self._marks.mark(workspace, row.case_id, CUSTOMER, row.seq, contact=row.contact_id)
        if not risen:
            return {"state": state, "error": row.delivery_error}
        await self._telling.tell(workspace)
        return {"state": receipt.state, "error": receipt.error}
