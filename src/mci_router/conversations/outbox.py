"""Outbox: what the rest of the service asks of the way to adapters."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.conversations import delivery_states, links, outbound
from mci_router.conversations.links import Receiver
from mci_router.conversations.posting import Posting
from mci_router.conversations.streaming import Stream
from mci_router.conversations.telling import Telling
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.vocabulary import MessageDelivery, OutboundState

# The queue's row first, as everywhere.
FOUND = text(
    """
    SELECT o.id, o.attempts, o.state, o.adapter, m.received_at, m.delivery, m.redacted_at FROM outbound_messages o
    JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
    WHERE o.workspace_id = :workspace AND o.message_id = :message FOR NO KEY UPDATE
    """
)
QUEUED = text(
    "UPDATE messages SET delivery = :state, delivery_error = NULL WHERE id = :message AND received_at = :received_at"
)

EDITS = text(
    """
    SELECT true FROM resources WHERE workspace_id = :workspace AND kind = 'adapter' AND name = :adapter
      AND spec -> 'capabilities' ->> 'edit' = 'true'
    """
)


class Outbox:
    """The way to adapters: messages that are sent again, and connections that read them."""

    def __init__(self, database: Database, telling: Telling, posting: Posting) -> None:
        self._database = database
        self._telling = telling
        self._posting = posting

    def hurry(self) -> None:
        """Has what was just written here posted at once."""
        self._posting.hurry()

    async def send_again(self, workspace: str, message: str) -> Mapping[str, Any]:
        """Sends a message again that has failed, before what was written later in its case and waits still.

        Returns its delivery, `{state, error}`.

        Raises:
            NotFound: there is no such message on its way to an adapter, or it was sent too long ago.
            WrongState: it has not failed.
            DatabaseUnavailable: nothing has changed.
        """
        named = {"workspace": workspace, "message": message}
        async with self._database.transaction() as session:
            row = (await session.execute(FOUND, named)).one_or_none()
            if row is None or row.redacted_at is not None:
                raise NotFound(f"There is no message {message!r} that went to an adapter, within the last weeks.")
            state = delivery_states.again(MessageDelivery(row.delivery) if row.delivery else None)
            await session.execute(outbound.AGAIN, named)
            await session.execute(QUEUED, {"message": message, "received_at": row.received_at, "state": state})
            await links.try_now(session, Receiver(workspace, row.adapter))
        self._posting.hurry()
        await self._telling.tell(workspace)
        return {"state": state, "error": None}

    async def lock(self, session: AsyncSession, workspace: str, message: str) -> None:
        """Locks a message's place in the queue, if it has one, before the message itself: in this order everywhere."""
        await session.execute(FOUND, {"workspace": workspace, "message": message})

    async def carry_edit(self, session: AsyncSession, workspace: str, message: str) -> None:
        """Has a message that was edited carried once more, as its revision is now, if it went to an adapter: in the
        transaction that edits it. `hurry` and `Telling` follow.
        """
        row = (await session.execute(FOUND, {"workspace": workspace, "message": message})).one_or_none()
        if row is not None:
            await self._carry(session, workspace, message, row)

    async def take_back(self, session: AsyncSession, workspace: str, message: str) -> None:
        """Takes a message back that is redacted in this transaction: it is not sent any longer, and an adapter that may
        have it and can edit is told. `hurry` and `Telling` follow.
        """
        row = (await session.execute(FOUND, {"workspace": workspace, "message": message})).one_or_none()
        if row is None:
            return
        if row.state == OutboundState.QUEUED and not row.attempts:
            await outbound.settle(session, [outbound.withdrawn(row.id, row.attempts)])
        elif await session.scalar(EDITS, {"workspace": workspace, "adapter": row.adapter}):
            await self._carry(session, workspace, message, row)

    async def _carry(self, session: AsyncSession, workspace: str, message: str, row: Any) -> None:
        await session.execute(outbound.AGAIN, {"workspace": workspace, "message": message})
        state = {"message": message, "received_at": row.received_at, "state": MessageDelivery.QUEUED}
        await session.execute(QUEUED, state)

    def stream(self, receiver: Receiver, name: str) -> Stream:
        """Returns a connection by which an adapter reads its messages, to be opened."""
        return Stream(self._database, self._telling, receiver, name, self._posting.survey_links)
