"""Deliveries as an operator uses them: listed, made again, and tested."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.errors import NotFound, WebhookInactive, WrongState
from mci_router.ids import new_id
from mci_router.models import Contact, Webhook, WebhookDelivery
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks import pausing
from mci_router.webhooks.envelope import TEST_EVENT, first_message_id

MOST_REDELIVERED = 10_000  # at one request, so that it stays short

REDELIVER_DEAD = text(
    """
    UPDATE webhook_deliveries
    SET state = 'pending', attempts = 0, next_attempt_at = now(), claimed_until = NULL, ended_at = NULL
    WHERE webhook_id = :webhook AND id IN (
      SELECT id FROM webhook_deliveries WHERE webhook_id = :webhook AND state = 'dead' AND id >= :first
      ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
)


async def deliveries(
    session: AsyncSession,
    webhook: Webhook,
    *,
    sensitive_too: bool,
    state: DeliveryState | None,
    after: str | None,
    limit: int,
) -> Sequence[WebhookDelivery]:
    """Returns deliveries of a webhook, newest event first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if not sensitive_too:
        query = query.where(~_of_sensitive())
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if after is not None:
        query = query.where(WebhookDelivery.id < after)
    return (await session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit))).all()


async def redeliver(
    session: AsyncSession, webhook: Webhook, message_id: str, *, sensitive_too: bool
) -> WebhookDelivery:
    """Makes an ended delivery pending again, with all attempts left; later ones of its subject wait for it.

    Raises NotFound, WrongState.
    """
    refuse_inactive(webhook)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.id == message_id)
    delivery = await session.scalar((query if sensitive_too else query.where(~_of_sensitive())).with_for_update())
    if delivery is None:
        raise NotFound(f"There is no delivery {message_id!r} of this webhook.")
    if delivery.state is DeliveryState.PENDING:
        raise WrongState("The delivery is pending: it is made without being asked for.", state=delivery.state)
    delivery.state, delivery.attempts = DeliveryState.PENDING, 0
    delivery.next_attempt_at, delivery.ended_at = utc_now(), None
    pausing.try_now(webhook)
    await session.flush()
    return delivery


async def redeliver_dead(session: AsyncSession, webhook: Webhook, since: datetime) -> int:
    """Makes dead deliveries of events since then pending again, oldest first, and returns how many."""
    refuse_inactive(webhook)
    pausing.try_now(webhook)
    first = first_message_id(f"{max(to_ms(since), 0)}-0")
    result = await session.execute(REDELIVER_DEAD, {"webhook": webhook.id, "first": first, "limit": MOST_REDELIVERED})
    redelivered: int = result.rowcount  # type: ignore[attr-defined]
    return redelivered


async def add_test(session: AsyncSession, webhook: Webhook) -> WebhookDelivery:
    """Adds a delivery of a test event, whatever the webhook's filters. A webhook that is paused is tried at once."""
    refuse_inactive(webhook)
    pausing.try_now(webhook)
    now = utc_now()
    made = WebhookDelivery(
        webhook_id=webhook.id,
        id=new_id("message"),
        type=TEST_EVENT,
        at=now,
        subject=webhook.id,
        data={"webhook": webhook.name},
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


def _of_sensitive() -> ColumnElement[bool]:
    """Returns the condition that a delivery is about a contact that is sensitive now."""
    return exists().where(Contact.id == WebhookDelivery.subject, Contact.sensitive)


async def unfinished(session: AsyncSession, workspace: str) -> Mapping[str, Mapping[str, int]]:
    """Returns how many deliveries of each webhook are pending and how many are dead, by name and state."""
    counts: dict[str, dict[str, int]] = {}
    for state in (DeliveryState.PENDING, DeliveryState.DEAD):
        query = select(Webhook.name, func.count(WebhookDelivery.id)).outerjoin(
            WebhookDelivery, (WebhookDelivery.webhook_id == Webhook.id) & (WebhookDelivery.state == text(f"'{state}'"))
        )
        for name, count in await session.execute(query.where(Webhook.workspace_id == workspace).group_by(Webhook.name)):
            counts.setdefault(name, {})[state] = count
    return counts


def refuse_inactive(webhook: Webhook) -> None:
    if not webhook.active:
        raise WebhookInactive
