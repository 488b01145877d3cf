"""Consulting: a supervisor has somebody join a conversation."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.contact_seen import contact_seen
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.contacts import ContactOut
from mci_router.api.schemas.participant_frames import Invitation

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)


@router.post("/{contact_id}/consult", summary="Ask an agent to join a conversation")
async def post_consult(
    contact_id: Reference, body: Invitation, caller: Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)], parts: Service
) -> ContactOut:
    """Asks an agent, or one of a queue, to read and write in a conversation beside the agent who serves it.

    The agent accepts or declines like an offer, and takes room. Only one who could serve a sensitive contact may join.
    """
    workspace = caller.workspace_id
    await contact_seen(parts, caller, contact_id)
    if body.agent:
        await parts.consulting.ask(workspace, "", contact_id, body.agent)
    else:
        await parts.consulting.ask_queue(workspace, "", contact_id, str(body.queue))
    async with parts.database.transaction() as session:
        await audited(session, caller, "contact.consulted", contact_id, after=body.model_dump(exclude_none=True))
    return await contact_seen(parts, caller, contact_id)
