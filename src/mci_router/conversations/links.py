"""Links to adapters: where messages are posted to, with what secret, and which adapters take nothing at the moment.

An adapter is unreachable after three failures in a row: it is left alone for a second, then for twice as long each
time, up to a bound, and tried with one message. Once it takes one, all that waits for it is due.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.models import AdapterLink, Resource, Workspace
from mci_router.specs.adapters import AdapterSpec
from mci_router.values import value
from mci_router.vocabulary import DeliveryState, OutboundWay
from mci_router.webhooks.courier import Outcome
from mci_router.webhooks.outbox import Endpoint
from mci_router.webhooks.signing import new_secret

log = logging.getLogger(__name__)

FAILURES = 3  # in a row, none of them a message's later attempt that was refused: that may be the message's own fault
FIRST_PAUSE_S = 1.0
ADAPTER = "adapter"

MAKE = text(
    """
    INSERT INTO adapter_links AS l (workspace_id, adapter, secret) VALUES (:workspace, :adapter, :secret)
    ON CONFLICT (workspace_id, adapter) DO UPDATE SET secret = COALESCE(l.secret, excluded.secret)
    """
)
RECOVERED = text(
    """
    UPDATE adapter_links SET failures = 0, unreachable_since = NULL, paused_until = NULL, why = NULL
    WHERE workspace_id = :workspace AND adapter = :adapter AND failures > 0 RETURNING failures
    """
)
FAILED = text(
    """
    UPDATE adapter_links l SET failures = LEAST(l.failures + :failed, 1000000), why = :why,
      unreachable_since = CASE WHEN f.over >= 0 THEN COALESCE(l.unreachable_since, now()) END,
      paused_until = CASE WHEN f.over >= 0
        THEN now() + make_interval(secs => LEAST(:longest, :first * 2 ^ LEAST(f.over, 30))) END
    FROM (SELECT failures + :failed - :most AS over FROM adapter_links
      WHERE workspace_id = :workspace AND adapter = :adapter FOR NO KEY UPDATE) AS f
    WHERE l.workspace_id = :workspace AND l.adapter = :adapter
    RETURNING f.over >= 0 AND f.over < :failed
    """
)
HURRY = text(
    """
    UPDATE outbound_messages SET next_at = now() WHERE id IN (
      SELECT id FROM outbound_messages
      WHERE workspace_id = :workspace AND adapter = :adapter AND state = 'queued' AND next_at > now()
      ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED)
    """
)


@value
class Receiver:
    """An adapter of a workspace, as lanes name it."""

    workspace: str
    adapter: str

    def __str__(self) -> str:
        return f"{self.workspace}/{self.adapter}"

    @classmethod
    def of(cls, name: str) -> "Receiver":
        """Returns the adapter that a lane is for."""
        workspace, _, adapter = name.partition("/")
        return cls(workspace, adapter)

    @property
    def key(self) -> dict[str, Any]:
        """The parameters of statements that concern it."""
        return {"workspace": self.workspace, "adapter": self.adapter}


async def endpoint(session: AsyncSession, receiver: Receiver) -> Endpoint | None:
    """Returns where an adapter's messages are posted to; None if nowhere, or if it is to be left alone for now."""
    row = (await session.execute(_configured(receiver))).one_or_none()
    if row is None or row.spec["outbound"]["by"] != OutboundWay.WEBHOOK:
        return None
    found = row.AdapterLink or await _made(session, receiver)
    if found.secret is None:
        found = await _made(session, receiver)
    if found.paused_until is not None and found.paused_until > utc_now():
        return None
    url = AdapterSpec.model_validate(row.spec).outbound.url or ""
    return Endpoint(row.name, url, valid_secrets(found), found.unreachable_since is not None)


def valid_secrets(found: AdapterLink) -> tuple[str, ...]:
    """Returns the secrets that sign now, the newest first."""
    previous, until = found.previous_secret, found.previous_secret_until
    both = (found.secret, previous if until and until > utc_now() else None)
    return tuple(secret for secret in both if secret)


async def rotate(session: AsyncSession, receiver: Receiver, *, overlap_s: float) -> tuple[str, datetime | None]:
    """Gives an adapter a new secret. Returns it, and until when the one before signs as well, if there was one."""
    found = await _made(session, receiver, lock=True)
    known = found.secret is not None and overlap_s > 0
    found.previous_secret = found.secret if known else None
    found.previous_secret_until = utc_now() + timedelta(seconds=overlap_s) if known else None
    found.secret = new_secret()
    await session.flush()
    return found.secret, found.previous_secret_until


async def note(session: AsyncSession, receiver: Receiver, outcomes: Sequence[Outcome], *, longest_s: float) -> None:
    """Counts what attempts came to: one that takes nothing is left alone for a while, one that does is there again."""
    if any(verdict.state is DeliveryState.DELIVERED for _, _, verdict in outcomes):
        if await session.scalar(RECOVERED, receiver.key):
            await session.execute(HURRY, receiver.key)
        return
    failed = [(message, answer) for message, answer, verdict in outcomes if verdict.state is DeliveryState.PENDING]
    counted = sum(bool(answer.error) or message.attempts == 1 for message, answer in failed)
    if not counted:
        return
    why = failed[-1][1].error or f"status_{failed[-1][1].status}"
    bounds: Mapping[str, Any] = {"failed": counted, "most": FAILURES, "first": FIRST_PAUSE_S, "longest": longest_s}
    if await session.scalar(FAILED, {**receiver.key, **bounds, "why": why}):
        log.warning("adapter %s is unreachable: %s", receiver, why)


async def try_now(session: AsyncSession, receiver: Receiver) -> None:
    """Has an adapter that is left alone tried at once."""
    query = select(AdapterLink).where(*_of(receiver)).with_for_update()
    found = await session.scalar(query)
    if found is not None and found.paused_until is not None:
        found.paused_until = utc_now()
        await session.flush()


def _of(receiver: Receiver) -> tuple[Any, ...]:
    return AdapterLink.workspace_id == receiver.workspace, AdapterLink.adapter == receiver.adapter


def _configured(receiver: Receiver) -> Any:
    query = select(Resource.spec, Workspace.name, AdapterLink).join(Workspace, Workspace.id == Resource.workspace_id)
    joined = query.outerjoin(
        AdapterLink, (AdapterLink.workspace_id == Resource.workspace_id) & (AdapterLink.adapter == Resource.name)
    )
    return joined.where(
        Resource.workspace_id == receiver.workspace, Resource.kind == ADAPTER, Resource.name == receiver.adapter
    )


async def _made(session: AsyncSession, receiver: Receiver, *, lock: bool = False) -> AdapterLink:
    """Returns the link, made if there was none; to be given a secret it is locked, else it has one."""
    await session.execute(MAKE, {**receiver.key, "secret": None if lock else new_secret()})
    query = select(AdapterLink).where(*_of(receiver)).execution_options(populate_existing=True)
    return (await session.scalars(query.with_for_update() if lock else query)).one()
