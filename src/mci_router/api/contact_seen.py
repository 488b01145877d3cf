"""A contact as the caller may see it, before and after something is done to it."""

from mci_router.access.keys import Caller
from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Parts
from mci_router.api.schemas.contacts import ContactOut
from mci_router.lifecycle.seen import contact_reading


async def contact_seen(parts: Parts, caller: Caller, contact_id: str) -> ContactOut:
    """Returns the contact as it is now. Raises NotFound for one that the key may not read, and so not move."""
    async with parts.database.reading() as session:
        contact = await contact_reading.contact(
            session, parts.engine, caller.workspace_id, contact_id, sensitive=sees_sensitive(caller)
        )
    return ContactOut.model_validate(contact)
