"""Pausing: an endpoint that stalls is left alone for a while, then tried with one message; by hand it is tried at once.

What happened meanwhile waits in the outbox. The first pause is as long as the first delay of a message, each that
follows twice as long, up to a bound. Pauses and their ends are events: the ledger keeps them until they are journalled.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.models import Webhook
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks.envelope import Message
from mci_router.webhooks.verdicts import EndpointAnswer, Verdict

log = logging.getLogger(__name__)

FAILURES = 3  # in a row, none of them a message's later attempt that was refused: that may be the message's own fault
MOST_UNTOLD = 20  # events of a webhook that wait for the journal; older ones are left out
MOST_HURRIED = 10_000  # deliveries that a resumption by hand makes due at once
BATCH = 100
PENDING = "EXISTS (SELECT FROM webhooks WHERE untold <> '{}')"

Journal: TypeAlias = Callable[[str, str, str, Mapping[str, Any], str], Awaitable[None]]
"""Journals an event of a webhook: workspace, event, the webhook's name, facts, and a command id."""
EachFound: TypeAlias = Callable[[Select[str], Callable[[str], Awaitable[object]]], Awaitable[None]]
"""Does work for each workspace that a query finds, whatever fails for others."""

_TOLD = f"(untold || CAST(:told AS text))[greatest(1, cardinality(untold) + 2 - {MOST_UNTOLD}):]"
RECOVERED = text(
    f"""
    UPDATE webhooks SET untold = CASE WHEN paused_since IS NULL THEN untold ELSE {_TOLD} END,
      failures = 0, pauses = 0, paused_since = NULL, paused_until = NULL, paused_why = NULL
    WHERE id = :webhook AND (failures > 0 OR paused_since IS NOT NULL)
    """  # noqa: S608 — no input in it
)
FAILED = text(
    f"""
    WITH stalling AS (
      SELECT id, (failures + :failed >= :most OR paused_since IS NOT NULL)
        AND (paused_until IS NULL OR paused_until <= now()) AS stalls
      FROM webhooks WHERE id = :webhook AND active AND (:failed > 0 OR paused_since IS NOT NULL) FOR NO KEY UPDATE)
    UPDATE webhooks w SET failures = LEAST(w.failures + :failed, 1000000),
      untold = CASE WHEN stalls AND paused_since IS NULL THEN {_TOLD} ELSE untold END,
      pauses = pauses + stalls::int,
      paused_since = CASE WHEN stalls THEN COALESCE(paused_since, now()) ELSE paused_since END,
      paused_until = CASE WHEN stalls
        THEN now() + make_interval(secs => LEAST(:longest, :first * 2 ^ LEAST(pauses, 30)))
        ELSE paused_until END,
      paused_why = CASE WHEN stalls THEN :why ELSE paused_why END
    FROM stalling WHERE w.id = stalling.id
    RETURNING stalls AND w.pauses = 1
    """  # noqa: S608 — no input in it
)
HURRY = text(
    """
    UPDATE webhook_deliveries SET next_attempt_at = now() WHERE webhook_id = :webhook AND id IN (
      SELECT id FROM webhook_deliveries
      WHERE webhook_id = :webhook AND state = 'pending' AND next_attempt_at > now() AND claimed_until IS NULL
      ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
)
EXPIRE = text(
    """
    UPDATE webhook_deliveries d SET state = 'dead', ended_at = now(), last_error = 'webhook_paused', last_status = NULL
    WHERE (webhook_id, id) IN (
      SELECT p.webhook_id, p.id FROM webhooks w JOIN webhook_deliveries p ON p.webhook_id = w.id
      WHERE w.paused_since IS NOT NULL AND p.state = 'pending' AND p.next_attempt_at < now() - make_interval(secs => :s)
        AND (p.claimed_until IS NULL OR p.claimed_until < now())
      LIMIT :limit FOR UPDATE OF p SKIP LOCKED)
    """
)


async def note(
    session: AsyncSession,
    webhook: str,
    outcomes: Sequence[tuple[Message, EndpointAnswer, Verdict]],
    *,
    first_s: float,
    longest_s: float,
) -> None:
    """Counts what attempts came to: pauses the webhook whose endpoint stalls, and ends the pause of one that answers.

    To be called before the deliveries are written: the webhook's row comes first, as everywhere.
    """
    if any(verdict.state is DeliveryState.DELIVERED for _, _, verdict in outcomes):
        await session.execute(RECOVERED, {"webhook": webhook, "told": _told("resumed", "delivered")})
        return
    failed = [(message, answer) for message, answer, verdict in outcomes if not verdict.gone]
    if failed:
        counted, (_, last) = sum(bool(answer.error) or message.attempts == 1 for message, answer in failed), failed[-1]
        why = last.error or f"status_{last.status}"
        bounds = {"failed": counted, "most": FAILURES, "first": first_s, "longest": longest_s}
        told = {"webhook": webhook, "why": why, "told": _told("paused", why)}
        if await session.scalar(FAILED, told | bounds):
            log.warning("webhook %s is paused: %s", webhook, why)


def end(webhook: Webhook, why: str) -> bool:
    """Ends the pause of a webhook, if there is one. Returns whether there was. Its row must be locked."""
    was_paused = webhook.paused_since is not None
    if was_paused:
        webhook.untold = [*webhook.untold, _told("resumed", why)][-MOST_UNTOLD:]
    webhook.failures = webhook.pauses = 0
    webhook.paused_since = webhook.paused_until = webhook.paused_why = None
    return was_paused


def try_now(webhook: Webhook) -> None:
    """Has the endpoint of a webhook that is paused tried at once. Its row must be locked."""
    if webhook.paused_until is not None:
        webhook.paused_until = utc_now()


async def resume(session: AsyncSession, webhook: Webhook) -> bool:
    """Ends a pause by hand: all that waits is due at once. Idempotent. Returns whether the webhook was paused."""
    if not end(webhook, "operator"):
        return False
    await session.flush()
    await session.execute(HURRY, {"webhook": webhook.id, "limit": MOST_HURRIED})
    return True


async def expire(session: AsyncSession, *, after_s: float, limit: int) -> int:
    """Gives up deliveries that a pause has kept for longer than retries go on. Returns how many."""
    result = await session.execute(EXPIRE, {"s": after_s, "limit": limit})
    expired: int = result.rowcount  # type: ignore[attr-defined]
    return expired


def _told(event: str, why: str) -> str:
    return f"{event}:{to_ms(utc_now())}:{why}"


class PauseEvents:
    """Journals pauses and their ends, for people and for other webhooks."""

    def __init__(self, database: Database, journal: Journal, each_found: EachFound) -> None:
        self._database = database
        self._journal = journal
        self._each_found = each_found

    async def turn(self) -> None:
        """Journals all there are. Raises EngineUnavailable when the others are journalled, if a shard is away."""
        await self._each_found(select(Webhook.workspace_id).where(Webhook.untold != []), self._publish)

    async def _publish(self, workspace: str) -> None:
        """Journals those of one workspace, except those that another process journals now."""
        query = select(Webhook).where(Webhook.workspace_id == workspace, Webhook.untold != []).order_by(Webhook.id)
        async with self._database.command() as session:
            for webhook in await session.scalars(query.limit(BATCH).with_for_update(skip_locked=True, key_share=True)):
                for told in webhook.untold:
                    event, at, why = told.split(":", 2)
                    facts = {"webhook_id": webhook.id, "why": why}
                    await self._journal(workspace, event, webhook.name, facts, f"{webhook.id}:{event}:{at}")
                webhook.untold = []
