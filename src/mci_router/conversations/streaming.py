"""Streaming: an adapter reads what is written to its customers, over one connection, and says how far it has come.

A message stays in the queue until it is acknowledged, by the next connection or by a receipt: what was on a connection
that broke is written again to the next one. `written` is the order in which that was done, so that what a reader names
as its last acknowledges what it was sent before, and nothing else. Of several connections only the newest is served.
"""

from typing import Any

from sqlalchemy import text

from mci_router.access.survey_links import SurveyLinks
from mci_router.conversations.delivery_states import rank_in_sql
from mci_router.conversations.links import Receiver
from mci_router.conversations.outbound_messages import Outgoing, outgoing
from mci_router.conversations.telling import Telling
from mci_router.database import Database
from mci_router.values import value

ALIVE_S = 15.0  # for which an adapter counts as reached after its connection was last served
BATCH = 50  # messages in memory at a time: a slow reader gets the next ones when it has taken these

TAKE = text(
    """
    INSERT INTO adapter_links (workspace_id, adapter, stream, stream_until)
    VALUES (:workspace, :adapter, :stream, now() + make_interval(secs => :alive_s))
    ON CONFLICT (workspace_id, adapter)
    DO UPDATE SET stream = excluded.stream, stream_until = excluded.stream_until, failures = 0,
      unreachable_since = NULL, paused_until = NULL, why = NULL
    """
)
ACKNOWLEDGE = text(
    f"""
    WITH read AS (
      UPDATE outbound_messages o SET state = 'sent', untold = true, last_error = NULL
      WHERE o.workspace_id = :workspace AND o.adapter = :adapter AND o.state = 'queued' AND o.written <= (
        SELECT l.written FROM outbound_messages l
        WHERE l.id = :last AND l.workspace_id = :workspace AND l.adapter = :adapter)
      RETURNING o.message_id, o.received_at)
    UPDATE messages m SET delivery = 'sent', delivery_error = NULL FROM read
    WHERE m.id = read.message_id AND m.received_at = read.received_at
      AND {rank_in_sql("m.delivery")} < {rank_in_sql("'sent'")}
    """  # noqa: S608 — no input in it
)
WRITE_AGAIN = text(
    """
    UPDATE outbound_messages SET written = NULL
    WHERE workspace_id = :workspace AND adapter = :adapter AND state = 'queued' AND written IS NOT NULL
    """
)
HOLD = text(
    """
    UPDATE adapter_links SET stream_until = now() + make_interval(secs => :alive_s)
    WHERE workspace_id = :workspace AND adapter = :adapter AND stream = :stream RETURNING 1
    """
)
LEAVE = text(
    """
    UPDATE adapter_links SET stream = NULL, stream_until = now()
    WHERE workspace_id = :workspace AND adapter = :adapter AND stream = :stream
    """
)
LOOK = """
    SELECT l.stream = $3 AS ours, l.stream_until < now() + interval '10 seconds' AS fading,
      EXISTS (SELECT FROM outbound_messages o
        WHERE o.workspace_id = $1 AND o.adapter = $2 AND o.state = 'queued' AND o.written IS NULL) AS waiting
    FROM adapter_links l WHERE l.workspace_id = $1 AND l.adapter = $2
"""
CLAIM = text(
    """
    WITH next AS (
      SELECT id FROM outbound_messages
      WHERE workspace_id = :workspace AND adapter = :adapter AND state = 'queued' AND written IS NULL
      ORDER BY id LIMIT :limit FOR NO KEY UPDATE),
    numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM next),
    base AS MATERIALIZED (SELECT nextval('outbound_written') * 1000 AS number)
    UPDATE outbound_messages o SET written = base.number + numbered.number, attempts = o.attempts + 1
    FROM numbered, base WHERE o.id = numbered.id RETURNING o.id, o.attempts
    """
)


class Replaced(Exception):
    """Another connection reads the adapter's messages now."""


@value
class Stream:
    """One connection of an adapter, by a name that no other has. Every method raises DatabaseUnavailable."""

    database: Database
    telling: Telling
    receiver: Receiver
    name: str
    surveys: SurveyLinks

    async def open(self, last: int | None) -> None:
        """Takes the place of any other connection of the adapter.

        What was written before `last`, and that itself, is acknowledged; all else that waits is written again.
        """
        async with self.database.transaction() as session:
            await session.execute(TAKE, {**self._key, "alive_s": ALIVE_S})
            if last is not None:
                await session.execute(ACKNOWLEDGE, {**self.receiver.key, "last": last})
            await session.execute(WRITE_AGAIN, self.receiver.key)
        if last is not None:
            await self.telling.tell(self.receiver.workspace)

    async def some(self) -> list[Outgoing]:
        """Returns the next messages that the adapter has not been sent, in their order; none if there are none now.

        Raises Replaced.
        """
        (look,) = await self.database.read(LOOK, *self._key.values()) or (None,)
        if look is None or not look["ours"]:
            raise Replaced
        if not look["waiting"] and not look["fading"]:
            return []
        async with self.database.transaction() as session:
            if await session.scalar(HOLD, {**self._key, "alive_s": ALIVE_S}) is None:
                raise Replaced
            found = await session.execute(CLAIM, {**self.receiver.key, "limit": BATCH})
            claimed = {row.id: row.attempts for row in found}
            return await outgoing(session, claimed, self.surveys)

    async def leave(self) -> None:
        """Lets go of the adapter, unless another connection has it."""
        async with self.database.transaction() as session:
            await session.execute(LEAVE, self._key)

    @property
    def _key(self) -> dict[str, Any]:
        return {**self.receiver.key, "stream": self.name}
