"""Parking: a supervisor has a written contact wait for its customer, or gives it back to its agent."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import noted
from mci_router.api.contact_seen import contact_seen
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.contacts import ContactOut
from mci_router.vocabulary import ContactState

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]


@router.post("/{contact_id}/park", summary="Have a contact wait for its customer")
async def post_park(contact_id: Reference, caller: Supervisor, parts: Service) -> ContactOut:
    """Parks an assigned, written contact: its agent has the room for others until the customer writes. Idempotent.

    The next message brings it back to the same agent, or into its line with its age. Its queue may complete it after a
    while without one.
    """
    await contact_seen(parts, caller, contact_id)
    after = {"state": ContactState.WAITING_FOR_CUSTOMER}
    await parts.parking.park_for(caller.workspace_id, contact_id, noted(caller, "contact.parked", contact_id, after))
    return await contact_seen(parts, caller, contact_id)


@router.post("/{contact_id}/unpark", summary="Give a parked contact back to its agent")
async def post_unpark(contact_id: Reference, caller: Supervisor, parts: Service) -> ContactOut:
    """Gives a parked contact back to the agent who has it, if that agent works and has room. Idempotent."""
    await contact_seen(parts, caller, contact_id)
    after = {"state": ContactState.ASSIGNED}
    await parts.parking.unpark_for(
        caller.workspace_id, contact_id, noted(caller, "contact.unparked", contact_id, after)
    )
    return await contact_seen(parts, caller, contact_id)
