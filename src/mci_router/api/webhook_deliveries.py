"""Webhook deliveries: what was sent, what failed, and sending it again."""

from typing import Annotated

from fastapi import Path, Request, Response

from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.webhooks import DeliveryOut, DeliveryPage, Redelivered, RedeliveryIn
from mci_router.api.webhooks import Reader, Writer
from mci_router.models import WebhookDelivery
from mci_router.vocabulary import DeliveryState
from mci_router.webhooks import deliveries, subscriptions

router = Router(prefix="/v1/webhooks/{reference}", tags=["webhooks"], responses=RESPONSES)

MessageId = Annotated[str, Path(pattern=r"^msg_[0-9a-f]{32}$", description="The `id` of a delivery.")]


@router.get("/deliveries", summary="List deliveries", responses=PAGED)
async def list_webhook_deliveries(
    request: Request,
    response: Response,
    reference: Reference,
    caller: Reader,
    parts: Service,
    state: DeliveryState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> DeliveryPage:
    """Lists deliveries, newest event first; those of sensitive contacts only for a key with `contacts:sensitive`.

    Delivered ones are kept for a day, dead ones for two weeks.
    """
    async with parts.database.reading() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference)
        found = await deliveries.deliveries(
            session, webhook, sensitive_too=sees_sensitive(caller), state=state, after=cursor, limit=limit + 1
        )
    items, following = paged(request, response, found, limit)
    return DeliveryPage(items=[_view(item) for item in items], next_cursor=following)


@router.post("/deliveries/{message_id}/redeliver", status_code=202, summary="Deliver again")
async def redeliver_webhook_delivery(
    reference: Reference, message_id: MessageId, caller: Writer, parts: Service
) -> DeliveryOut:
    """Sends the message again, with the same id. Later events of its contact wait for it."""
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        return _view(await deliveries.redeliver(session, webhook, message_id, sensitive_too=sees_sensitive(caller)))


@router.post("/redeliver", status_code=202, summary="Deliver all dead ones again")
async def redeliver_dead_webhook_deliveries(
    reference: Reference, body: RedeliveryIn, caller: Writer, parts: Service
) -> Redelivered:
    """Makes dead deliveries of events since a time pending again, as after an outage of the endpoint."""
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        return Redelivered(redelivered=await deliveries.redeliver_dead(session, webhook, body.since))


@router.post("/test", status_code=202, summary="Send a test event")
async def test_webhook(reference: Reference, caller: Writer, parts: Service) -> DeliveryOut:
    """Sends an event `mci.webhook.test`, whatever the filters; its delivery shows the result."""
    async with parts.database.transaction() as session:
        webhook = await subscriptions.webhook(session, caller.workspace_id, reference, lock=True)
        return _view(await deliveries.add_test(session, webhook))


def _view(delivery: WebhookDelivery) -> DeliveryOut:
    shown = DeliveryOut.model_validate(delivery)
    return shown if delivery.state is DeliveryState.PENDING else shown.model_copy(update={"next_attempt_at": None})
