"""Webhooks in the ledger: made, changed, deleted, and given new secrets."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound, TooManyWebhooks
from mci_router.ids import new_id
from mci_router.models import Webhook, Workspace
from mci_router.models.precondition import Precondition
from mci_router.webhooks import outbox, pausing
from mci_router.webhooks.signing import new_secret

SPEC = ("url", "events", "queues", "channels", "sensitive", "active", "in_full")


async def webhooks(session: AsyncSession, workspace: str) -> Sequence[Webhook]:
    return (
        await session.scalars(select(Webhook).where(Webhook.workspace_id == workspace).order_by(Webhook.name))
    ).all()


async def webhook(session: AsyncSession, workspace: str, reference: str, *, lock: bool = False) -> Webhook:
    """Returns the webhook of that name or id, locked against other changes if `lock` is set. Raises NotFound."""
    found = await _find(session, workspace, reference, lock=lock)
    if found is None:
        raise NotFound(f"There is no webhook {reference!r} in this workspace.")
    return found


async def put(
    session: AsyncSession,
    workspace: str,
    reference: str,
    wanted: Mapping[str, Any],
    *,
    most: int,
    precondition: Precondition,
) -> tuple[Webhook, str | None]:
    """Creates or replaces a webhook. Returns it, and its secret if it is new.

    Raises:
        TooManyWebhooks: the workspace has `most` already.
        VersionMismatch, AlreadyThere: it is not as the precondition asks.
    """
    await _lock(session, workspace)
    webhook = await _find(session, workspace, reference, lock=True)
    precondition.check(webhook.version if webhook else None)
    if webhook is None:
        return await _make(session, workspace, reference, wanted, most)
    await _change(session, webhook, wanted)
    return webhook, None


async def locked(session: AsyncSession, workspace: str, reference: str) -> Webhook | None:
    """Returns the webhook of that name or id, if there is one.

    Locks out all other changes of the workspace's webhooks until the transaction ends.
    """
    await _lock(session, workspace)
    return await _find(session, workspace, reference, lock=True)


async def rotate(session: AsyncSession, webhook: Webhook, *, overlap_s: float) -> str:
    """Gives the webhook a new secret, and returns it; the previous one signs as well for `overlap_s` seconds."""
    webhook.previous_secret = webhook.secret if overlap_s > 0 else None
    webhook.previous_secret_until = utc_now() + timedelta(seconds=overlap_s) if overlap_s > 0 else None
    webhook.secret = new_secret()
    webhook.version, webhook.updated_at = webhook.version + 1, utc_now()
    await session.flush()
    return webhook.secret


async def remove(session: AsyncSession, webhook: Webhook, *, precondition: Precondition) -> None:
    """Deletes a webhook; its deliveries can no longer be read, and are removed later. Raises VersionMismatch."""
    precondition.check(webhook.version)
    await session.delete(webhook)


async def _lock(session: AsyncSession, workspace: str) -> None:
    """Locks the workspace, so that its webhooks change one at a time and can be counted. Contacts need not wait."""
    await session.execute(select(Workspace.id).where(Workspace.id == workspace).with_for_update(key_share=True))


async def _find(session: AsyncSession, workspace: str, reference: str, *, lock: bool) -> Webhook | None:
    query = select(Webhook).where(
        Webhook.workspace_id == workspace, (Webhook.name == reference) | (Webhook.id == reference)
    )
    return await session.scalar(query.with_for_update() if lock else query)


async def _make(
    session: AsyncSession, workspace: str, name: str, wanted: Mapping[str, Any], most: int
) -> tuple[Webhook, str]:
    count = (
        await session.scalar(select(func.count()).select_from(Webhook).where(Webhook.workspace_id == workspace)) or 0
    )
    if count >= most:
        raise TooManyWebhooks(f"The workspace has {count} webhooks, and may have {most} (MCI_WEBHOOKS_MOST).")
    secret, now = new_secret(), utc_now()
    made = Webhook(
        id=new_id("webhook"), workspace_id=workspace, name=name, secret=secret, created_at=now, updated_at=now, **wanted
    )
    session.add(made)
    await session.flush()
    return made, secret


async def _change(session: AsyncSession, webhook: Webhook, wanted: Mapping[str, Any]) -> None:
    if {field: getattr(webhook, field) for field in SPEC} == wanted:
        return
    if webhook.url != wanted["url"] or not wanted["active"]:
        pausing.end(webhook, "changed")
    for field in SPEC:
        setattr(webhook, field, wanted[field])
    webhook.version, webhook.updated_at, webhook.inactive_why = webhook.version + 1, utc_now(), None
    await session.flush()
    if not webhook.active:
        await outbox.give_up(session, webhook.id)
