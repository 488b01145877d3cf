"""Outbox: deliveries that are still to be made. Any process may make them.

A process claims a delivery for a while: if it dies, the claim lapses. For each webhook and subject only the oldest
pending delivery is ever claimed, so that a contact's events arrive in order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.models import Webhook, Workspace
from mci_router.values import value
from mci_router.webhooks.envelope import TEST_EVENT, Message, first_message_id
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict

LONGEST_WAIT_S = 60
"""How long a delivery waits for earlier entries that the ledger lacks: they come within seconds, else something
is broken.
"""

# The outbox is empty for hours and full within a second: a plan kept from the empty one would read all of it for every
# row.
PLAN_EACH_TIME = text("SET LOCAL plan_cache_mode = force_custom_plan")
_HAS_DUE = """w.active AND (w.paused_until IS NULL OR w.paused_until <= now()) AND EXISTS (
      SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.next_attempt_at <= now()
        AND (d.claimed_until IS NULL OR d.claimed_until < now()))"""
PENDING = f"EXISTS (SELECT FROM webhooks w WHERE {_HAS_DUE})"
DUE = text(
    f"""
    SELECT w.id, w.workspace_id FROM webhooks w
    WHERE {_HAS_DUE} AND w.id <> ALL(:busy)
    ORDER BY row_number() OVER (PARTITION BY w.workspace_id ORDER BY random())
      + COALESCE(CAST(CAST(:lanes AS jsonb) ->> w.workspace_id AS int), 0), random()
    LIMIT :limit
    """  # noqa: S608 — no input in it
)
CLAIM = text(
    """
    WITH due AS (
      SELECT d.id FROM webhook_deliveries d
      WHERE d.webhook_id = :webhook AND d.state = 'pending' AND d.next_attempt_at <= now()
        AND (d.claimed_until IS NULL OR d.claimed_until < now())
        AND (CAST(:before AS text) IS NULL OR d.id < CAST(:before AS text) OR d.type = :test
          OR d.created_at < now() - make_interval(secs => :wait_s))
        AND NOT EXISTS (SELECT FROM webhook_deliveries e
          WHERE e.webhook_id = d.webhook_id AND e.subject = d.subject AND e.state = 'pending' AND e.id < d.id)
      ORDER BY d.next_attempt_at, d.id LIMIT :limit FOR UPDATE SKIP LOCKED)
    UPDATE webhook_deliveries d SET attempts = d.attempts + 1, claimed_until = now() + make_interval(secs => :lease_s)
    FROM due WHERE d.webhook_id = :webhook AND d.id = due.id
    RETURNING d.id, d.type, d.at, d.subject, d.data, d.attempts
    """
)
# `attempts` shows whether the claim is still ours. Sorted, so that two writers cannot deadlock.
SETTLE = text(
    """
    UPDATE webhook_deliveries d SET state = s.state, last_status = s.status, last_error = s.error, claimed_until = NULL,
      next_attempt_at = now() + make_interval(secs => s.delay_s),
      ended_at = CASE WHEN s.state <> 'pending' THEN now() END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS s(id text, attempts int, state text, status int, error text, delay_s double precision)
    WHERE d.webhook_id = :webhook AND d.id = s.id AND d.attempts = s.attempts AND d.state = 'pending'
    """
)
FOLLOW = text(
    """
    UPDATE webhook_deliveries d SET next_attempt_at = now() + make_interval(secs => s.delay_s)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS s(id text, subject text, delay_s double precision)
    WHERE d.webhook_id = :webhook AND d.subject = s.subject AND d.state = 'pending' AND d.id > s.id
    """
)
GIVE_UP = text(
    """
    UPDATE webhook_deliveries SET state = 'dead', claimed_until = NULL, ended_at = now(),
      last_status = NULL, last_error = 'webhook_inactive'
    WHERE webhook_id = :webhook AND state = 'pending'
    """
)
DEACTIVATE = text(
    """
    UPDATE webhooks SET active = false, inactive_why = 'gone', version = version + 1, updated_at = now()
    WHERE id = :webhook AND active
    """
)
FORGET = text(
    """
    DELETE FROM webhook_deliveries WHERE (webhook_id, id) IN (
      SELECT webhook_id, id FROM webhook_deliveries
      WHERE state <> 'pending' AND ended_at < :before AND (state = 'delivered' OR ended_at < :dead_before)
      ORDER BY ended_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
)
FORGET_ORPHANS = text(
    """
    DELETE FROM webhook_deliveries WHERE (webhook_id, id) IN (
      SELECT d.webhook_id, d.id FROM webhook_deliveries d
      WHERE d.state = 'pending' AND NOT EXISTS (SELECT FROM webhooks w WHERE w.id = d.webhook_id)
      LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
)


@value
class Endpoint:
    """The target of a webhook, and the secrets that sign for it now.

    `paused`: it stalled, and may be tried with one message now.
    """

    workspace_name: str
    url: str
    secrets: tuple[str, ...] = field(repr=False)
    paused: bool = False


async def plan_each_time(session: AsyncSession) -> None:
    """Makes the database plan the statements of this transaction for the outbox as it is now."""
    await session.execute(PLAN_EACH_TIME)


async def due(
    session: AsyncSession, *, busy: Sequence[str], lanes: Mapping[str, int], limit: int
) -> list[tuple[str, str]]:
    """Returns up to `limit` webhooks that have a delivery due, with their workspaces, except those in `busy`.

    The workspaces take turns; those that have few `lanes` already come first.
    """
    parameters = {"busy": list(busy), "lanes": json.dumps(dict(lanes)), "limit": limit}
    return [(webhook, workspace) for webhook, workspace in await session.execute(DUE, parameters)]


async def endpoint(session: AsyncSession, webhook: str) -> Endpoint | None:
    """Returns the endpoint of an active webhook; None if it is inactive, deleted, or to be left alone for now."""
    query = select(Webhook, Workspace.name).join(Workspace, Workspace.id == Webhook.workspace_id)
    row = (await session.execute(query.where(Webhook.id == webhook, Webhook.active))).one_or_none()
    if row is None:
        return None
    found, workspace_name = row
    if found.paused_until is not None and found.paused_until > utc_now():
        return None
    return Endpoint(workspace_name, found.url, _valid_secrets(found), found.paused_since is not None)


def _valid_secrets(webhook: Webhook) -> tuple[str, ...]:
    previous, until = webhook.previous_secret, webhook.previous_secret_until
    return (webhook.secret, previous) if previous and until and until > utc_now() else (webhook.secret,)


async def claim(
    session: AsyncSession, webhook: str, *, settled: str | None, lease_s: float, limit: int
) -> list[Message]:
    """Claims the oldest pending delivery of each subject, where it is due, and returns their messages.

    `settled`: only deliveries of journal entries before it, since the ledger has all of those; None claims any.
    """
    parameters = {
        "webhook": webhook,
        "before": first_message_id(settled) if settled else None,
        "test": TEST_EVENT,
        "wait_s": LONGEST_WAIT_S,
        "lease_s": lease_s,
        "limit": limit,
    }
    return [Message(**row) for row in (await session.execute(CLAIM, parameters)).mappings()]


async def settle(
    session: AsyncSession, webhook: str, outcomes: Sequence[tuple[Message, EndpointAnswer, Verdict]]
) -> None:
    """Writes the results of attempts; deliveries behind one that is retried wait as long as it does."""
    if not outcomes:
        return
    if any(verdict.gone for _, _, verdict in outcomes):  # the webhook's row first, as everywhere
        await session.execute(DEACTIVATE, {"webhook": webhook})
    rows = [_outcome(*outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome[0].id)]
    for statement in (SETTLE, FOLLOW):
        await session.execute(statement, {"webhook": webhook, "rows": json.dumps(rows)})
    if any(verdict.gone for _, _, verdict in outcomes):
        await give_up(session, webhook)


def _outcome(message: Message, answer: EndpointAnswer, verdict: Verdict) -> Mapping[str, Any]:
    return {
        "id": message.id,
        "subject": message.subject,
        "attempts": message.attempts,
        "state": verdict.state,
        "status": answer.status,
        "error": answer.error,
        "delay_s": verdict.delay_s,
    }


async def give_up(session: AsyncSession, webhook: str) -> None:
    """Makes the pending deliveries of an inactive webhook dead: they are made again only when somebody asks for it."""
    await session.execute(GIVE_UP, {"webhook": webhook})


async def forget(session: AsyncSession, *, delivered_before: datetime, dead_before: datetime, limit: int) -> int:
    """Removes deliveries that ended before these times, and those pending for deleted webhooks; up to `limit` of each.

    Returns the larger of the two counts: a full `limit` means that there may be more.
    """
    ended = await session.execute(FORGET, {"before": delivered_before, "dead_before": dead_before, "limit": limit})
    orphans = await session.execute(FORGET_ORPHANS, {"limit": limit})
    return int(max(ended.rowcount, orphans.rowcount))  # type: ignore[attr-defined]
