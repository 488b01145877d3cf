"""A contact's rows, for a transaction."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from mci_router.errors import NotFound
from mci_router.models import Contact, Decision


async def locked(session: AsyncSession, workspace: str, contact_id: str) -> Contact:
    """Returns the contact's row, for this transaction alone. Raises NotFound."""
    query = select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id)
    contact = await session.scalar(query.options(undefer(Contact.case_reference)).with_for_update(of=Contact))
    if contact is None:
        raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
    return contact


async def latest_decision(session: AsyncSession, contact: Contact) -> Decision:
    """Returns the decision of a contact's rung."""
    mine = Decision.workspace_id == contact.workspace_id, Decision.contact_id == contact.id
    return (await session.scalars(select(Decision).where(*mine).order_by(Decision.rung.desc()).limit(1))).one()
