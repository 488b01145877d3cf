"""Waiting: which place a contact has in line, and how long it has to wait from now."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.decisions import ExpectedWaitOut
from mci_router.api.schemas.waiting import ContactWaiting
from mci_router.intake.answer import wait_data
from mci_router.lifecycle.lines.positions import position
from mci_router.lifecycle.seen import contact_reading

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)


@router.get("/{contact_id}/waiting", summary="Place in line and expected wait", operation_id="get_waiting")
async def get_waiting(
    contact_id: Reference, caller: Annotated[Caller, needs(Scope.CONTACTS_READ)], parts: Service
) -> ContactWaiting:
    """Returns the contact's place in line and its expected wait, as they are now.

    A contact that does not wait has neither: `state` says what it does instead. One that its agent passes on to a queue
    waits in that queue.
    """
    workspace = caller.workspace_id
    async with parts.database.reading() as session:
        contact = await contact_reading.contact(
            session, parts.engine, workspace, contact_id, sensitive=sees_sensitive(caller)
        )
    live = await parts.engine.contact(workspace, contact_id)
    place = await position(parts.engine, await parts.snapshots.get(workspace), contact_id, live)
    wait = wait_data(place.expected_wait) if place else None
    return ContactWaiting(
        id=contact_id,
        state=live.state if live and place else contact.state,
        waits=place is not None,
        queue=place and place.queue,
        position=place and place.in_line,
        position_in_queue=place and place.in_queue,
        waiting=place and place.waiting,
        due_at=place and place.due_at,
        opens_at=place and place.opens_at,
        expected_wait_s=ExpectedWaitOut.model_validate(wait) if wait else None,
    )
