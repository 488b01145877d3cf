"""Callbacks: a waiting customer asks to be called back."""

from typing import Annotated, Any

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import Sight, sight
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.waiting import Callback, CallbackOut
from mci_router.intake.answer import route_data

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)


@router.post("/{contact_id}/callback", summary="Ask to be called back")
async def post_callback(
    contact_id: Reference,
    caller: Annotated[Caller, needs(Scope.CONTACTS_WRITE)],
    parts: Service,
    body: Callback | None = None,
) -> CallbackOut:
    """Turns a waiting contact into a callback: the customer hangs up, and the contact keeps its place in line.

    The agent who accepts it calls back. An `abandon`, as many adapters send it when the customer hangs up, does not end
    it: `cancel` does. It need not have been offered. Send the request again to change the number.
    """
    phone = body.phone if body else None
    contact, place = await parts.callbacks.request(caller.workspace_id, contact_id, phone)
    whole = sight(caller, sensitive=contact.sensitive) is Sight.WHOLE
    shown: dict[str, Any] = {
        "queue": contact.queue if whole else None,
        "callback_phone": contact.callback_phone if whole else phone,
    }
    if place:
        waits = route_data(place, post_id=None)
        shown |= {name: waits[name] for name in ("expected_wait_s", "reply_by", "opens_at")}
        shown |= {"reasons": waits["reasons"] if whole else []}
    return CallbackOut.model_validate(
        {"id": contact.id, "state": contact.state, "callback_at": contact.callback_at, **shown}
    )
