"""Receipts of messages, as the adapters of their channels send them."""

from mci_router.api.adapters import Carrier
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.adapters import MessageDeliveryOut, ReceiptIn
from mci_router.api.schemas.common import Reference
from mci_router.conversations.receipts import Receipt
from mci_router.intake.masking import mask
from mci_router.vocabulary import MessageDelivery

router = Router(prefix="/v1/messages", tags=["adapters"], responses=RESPONSES)


@router.post("/{message_id}/delivery", summary="Say how far a message has come")
async def post_delivery(message_id: Reference, body: ReceiptIn, caller: Carrier, parts: Service) -> MessageDeliveryOut:
    """Takes a receipt from the adapter to which the message went. A receipt also says that you have the message.

    States only move up: `sent`, `failed`, `delivered`, `read`. A late receipt or a second one changes nothing; the
    answer has the state in force. An edit is a delivery of its own, from `queued` on: what comes while it waits for you
    is taken for what was said before.
    """
    error = body.error.model_dump() if body.error and body.state == MessageDelivery.FAILED else None
    if error:  # a channel may quote what was sent
        error["detail"] = mask(error["detail"]).text
    receipt = Receipt(message_id, MessageDelivery(body.state), error)
    return MessageDeliveryOut.model_validate(await parts.receipts.take(caller.workspace_id, caller.adapter, receipt))
