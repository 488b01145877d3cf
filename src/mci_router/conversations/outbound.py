"""Outbound: the queue of messages to channel adapters, one row a message. Any process may send them.

A process claims a message for a while: if it dies, the claim lapses, and the message is sent again with the same id.
Of each case only the oldest message that waits is ever claimed, so that a conversation arrives in its order.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.conversations.delivery_states import rank_in_sql
from mci_router.conversations.links import Receiver
from mci_router.models.resource import POSTED_TO
from mci_router.vocabulary import MessageDelivery

UNREACHABLE, REFUSED, WITHDRAWN = "adapter_unreachable", "adapter_refused", "message_withdrawn"
"""Why a message has failed: the adapter took nothing, would not take this one, or there is nothing left to send."""

MEANT = {
    UNREACHABLE: "The channel could not be reached. Send the message again.",
    REFUSED: "The channel would not take the message.",
    WITHDRAWN: "The message was taken back before it was sent.",
}
"""What agents are told."""

_DUE = "o.state = 'queued' AND o.next_at <= now() AND (o.claimed_until IS NULL OR o.claimed_until < now())"
_HAS_DUE = f"""{POSTED_TO} AND NOT EXISTS (SELECT FROM adapter_links l
      WHERE l.workspace_id = r.workspace_id AND l.adapter = r.name AND l.paused_until > now())
    AND EXISTS (SELECT FROM outbound_messages o
      WHERE o.workspace_id = r.workspace_id AND o.adapter = r.name AND {_DUE})"""  # noqa: S608 — no input in it
PENDING = f"EXISTS (SELECT FROM resources r WHERE {_HAS_DUE})"
DUE = text(
    f"""
    SELECT r.workspace_id, r.name FROM resources r
    WHERE {_HAS_DUE} AND r.workspace_id || '/' || r.name <> ALL(:busy)
    ORDER BY row_number() OVER (PARTITION BY r.workspace_id ORDER BY random())
      + COALESCE(CAST(CAST(:lanes AS jsonb) ->> r.workspace_id AS int), 0), random()
    LIMIT :limit
    """  # noqa: S608 — no input in it
)
CLAIM = text(
    f"""
    WITH due AS (
      SELECT o.id FROM outbound_messages o
      WHERE o.workspace_id = :workspace AND o.adapter = :adapter AND {_DUE}
        AND NOT EXISTS (SELECT FROM outbound_messages e WHERE e.case_id = o.case_id AND e.adapter = o.adapter
          AND e.state = 'queued' AND e.id < o.id)
      ORDER BY o.id LIMIT :limit FOR UPDATE SKIP LOCKED)
    UPDATE outbound_messages o
    SET attempts = o.attempts + 1, claimed_until = now() + make_interval(secs => :lease_s)
    FROM due WHERE o.id = due.id RETURNING o.id, o.attempts
    """  # noqa: S608 — no input in it
)
# What was written behind a message that is tried later need not be looked at sooner.
BEHIND = text(
    """
    UPDATE outbound_messages o SET next_at = head.next_at
    FROM (SELECT DISTINCT ON (case_id) id, case_id, next_at FROM outbound_messages
      WHERE workspace_id = :workspace AND adapter = :adapter AND state = 'queued' ORDER BY case_id, id) AS head
    WHERE o.workspace_id = :workspace AND o.adapter = :adapter AND o.state = 'queued' AND o.next_at <= now()
      AND o.case_id = head.case_id AND o.id > head.id AND head.next_at > now()
    """
)
# `attempts` shows whether the claim is still ours.
SETTLE = text(
    f"""
    WITH settled AS (
      UPDATE outbound_messages o SET state = s.state, claimed_until = NULL, last_error = s.error,
        next_at = now() + make_interval(secs => s.delay_s),
        untold = s.state <> 'queued' AND NOT COALESCE(s.quiet, false)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS s(id bigint, attempts int, state text, error text, delay_s double precision, shown jsonb,
          quiet boolean)
      WHERE o.id = s.id AND o.attempts = s.attempts AND o.state = 'queued'
      RETURNING o.message_id, o.received_at, s.state, s.shown, s.quiet)
    UPDATE messages m SET delivery = d.state, delivery_error = d.shown FROM settled d
    WHERE m.id = d.message_id AND m.received_at = d.received_at AND d.state <> 'queued'
      AND NOT COALESCE(d.quiet, false)
      AND {rank_in_sql("d.state")} > {rank_in_sql("m.delivery")}
    """  # noqa: S608 — no input in it
)
FOLLOW = text(
    """
    UPDATE outbound_messages o SET next_at = now() + make_interval(secs => s.delay_s)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS s(id bigint, state text, delay_s double precision)
      JOIN outbound_messages head ON head.id = s.id
    WHERE s.state = 'queued' AND o.case_id = head.case_id AND o.adapter = head.adapter AND o.state = 'queued'
      AND o.id > head.id
    """
)
# What is on a stream has perhaps been read, so its time begins when nobody reads the stream any longer. Adapters first:
# of one that is read nothing is looked at.
_LATE = """
    FROM resources r
    LEFT JOIN adapter_links l ON l.workspace_id = r.workspace_id AND l.adapter = r.name
    CROSS JOIN LATERAL (
      SELECT now() - make_interval(secs => CAST(r.spec ->> 'give_up_s' AS double precision)) AS at) AS since
    JOIN outbound_messages o ON o.workspace_id = r.workspace_id AND o.adapter = r.name AND o.state = 'queued'
      AND o.queued_at < since.at AND (o.claimed_until IS NULL OR o.claimed_until < now())
    WHERE r.kind = 'adapter' AND (l.stream_until IS NULL OR l.stream_until < since.at)
"""
EXPIRED = f"EXISTS (SELECT {_LATE})"
WITH_DELIVERY = """
    (SELECT m.delivery FROM messages m WHERE m.id = o.message_id AND m.received_at = o.received_at) AS delivery
"""
EXPIRE = text(
    f"SELECT o.id, o.attempts, {WITH_DELIVERY} {_LATE} ORDER BY o.id LIMIT :limit FOR UPDATE OF o SKIP LOCKED"
)
ABANDON = text(
    f"""
    SELECT o.id, o.attempts, {WITH_DELIVERY} FROM outbound_messages o
    WHERE o.workspace_id = :workspace AND o.adapter = :adapter AND o.state = 'queued' ORDER BY o.id FOR UPDATE OF o
    """  # noqa: S608 — no input in it
)
AGAIN = text(
    """
    UPDATE outbound_messages SET state = 'queued', attempts = attempts + 1, next_at = now(), queued_at = now(),
      claimed_until = NULL, written = NULL, last_error = NULL, untold = true
    WHERE workspace_id = :workspace AND message_id = :message RETURNING adapter
    """
)
# What is on a stream that is read, or has a receipt, does not wait.
WAITING = """
    SELECT o.adapter, count(*) AS waiting, min(o.queued_at) AS oldest
    FROM outbound_messages o JOIN messages m ON m.id = o.message_id AND m.received_at = o.received_at
    LEFT JOIN adapter_links l ON l.workspace_id = o.workspace_id AND l.adapter = o.adapter
    WHERE o.workspace_id = $1 AND o.state = 'queued' AND m.delivery = 'queued'
      AND (o.written IS NULL OR l.stream IS NULL OR l.stream_until < now())
    GROUP BY o.adapter
"""
FORGET = text(
    """
    DELETE FROM outbound_messages WHERE id IN (
      SELECT id FROM (SELECT id, state, untold, queued_at FROM outbound_messages ORDER BY id LIMIT :limit) AS oldest
      WHERE state <> 'queued' AND NOT untold AND queued_at < now() - make_interval(secs => :keep_s))
    """
)


async def due(
    session: AsyncSession, *, busy: Sequence[str], lanes: Mapping[str, int], limit: int
) -> list[tuple[str, str]]:
    """Returns adapters that a message is to be posted to, as lanes name them, with their workspaces.

    The workspaces take turns; those that have few `lanes` already come first.
    """
    parameters = {"busy": list(busy), "lanes": json.dumps(dict(lanes)), "limit": limit}
    return [
        (str(Receiver(workspace, adapter)), workspace) for workspace, adapter in await session.execute(DUE, parameters)
    ]


async def claim(session: AsyncSession, receiver: Receiver, *, lease_s: float, limit: int) -> dict[int, int]:
    """Claims the oldest message of each case that waits and is due. Returns the rows, with the attempt that it is."""
    found = await session.execute(CLAIM, {**receiver.key, "lease_s": lease_s, "limit": limit})
    claimed = {row.id: row.attempts for row in found}
    if not claimed:
        await session.execute(BEHIND, receiver.key)
    return claimed


async def settle(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes the results of attempts; what is behind one that is tried again waits as long as it does.

    A row is `{id, attempts, state, error, delay_s, shown}`, whose `shown` is the error as agents see it; with `quiet`
    the message itself is as it should be, and nobody need hear of it.
    """
    if rows:
        ordered = json.dumps(sorted(rows, key=lambda row: row["id"]))
        for statement in (SETTLE, FOLLOW):
            await session.execute(statement, {"rows": ordered})


async def expire(session: AsyncSession, *, limit: int) -> int:
    """Gives up what has waited for longer than its adapter's `give_up_s`. Returns how many."""
    late = (await session.execute(EXPIRE, {"limit": limit})).all()
    await settle(session, [_given_up(row, "nobody took it in time") for row in late])
    return len(late)


async def abandon(session: AsyncSession, receiver: Receiver) -> None:
    """Gives up all that waits for an adapter that there is no longer."""
    left = (await session.execute(ABANDON, receiver.key)).all()
    await settle(session, [_given_up(row, "the adapter was deleted") for row in left])


def _given_up(row: Any, said: str) -> dict[str, Any]:
    if row.delivery == MessageDelivery.QUEUED:
        return failed(row.id, row.attempts, UNREACHABLE, said)
    return received(row.id, row.attempts)


def received(row: int, attempts: int) -> dict[str, Any]:
    """Returns the result of a message of which a receipt has said that the adapter has it, for `settle`."""
    return {"id": row, "attempts": attempts, "state": "sent", "error": None, "delay_s": 0, "shown": None, "quiet": True}


def failed(row: int, attempts: int, slug: str, said: str) -> dict[str, Any]:
    """Returns the result of a message that has failed, for `settle`. What could not be reached may be sent again."""
    shown = {"slug": slug, "detail": MEANT[slug], "retryable": slug == UNREACHABLE}
    return {"id": row, "attempts": attempts, "state": "failed", "error": said, "delay_s": 0, "shown": shown}


def withdrawn(row: int, attempts: int) -> dict[str, Any]:
    """Returns the result of a message of which nothing is left to send, for `settle`."""
    return failed(row, attempts, WITHDRAWN, "withdrawn")


async def forget(session: AsyncSession, *, keep_s: float, limit: int) -> int:
    """Removes what has been sent or given up long ago, of the oldest `limit`. Returns how many."""
    result = await session.execute(FORGET, {"keep_s": keep_s, "limit": limit})
    return int(result.rowcount)  # type: ignore[attr-defined]
