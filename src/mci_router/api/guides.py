"""Guides of a contact: what its agents have found out, step by step. The guides themselves are configuration."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.contact_seen import contact_seen
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.guides import ContactGuides

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]


@router.get("/{contact_id}/guides", summary="Read a contact's guides, and what was answered")
async def get_guides(contact_id: Reference, caller: Reader, parts: Service) -> ContactGuides:
    """Returns the guides for the contact's topic, with the answers of its agents, and the handoff that they make."""
    await contact_seen(parts, caller, contact_id)
    snapshot = await parts.snapshots.get(caller.workspace_id)
    return ContactGuides.model_validate(await parts.guides.of(snapshot, contact_id))
