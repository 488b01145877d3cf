"""A contact's rows, for a transaction."""

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from mci_router.errors import NotFound
from mci_router.models import Contact, Decision


async def locked(session: AsyncSession, workspace: str, contact_id: str) -> Contact:
    """Returns the contact's row, for this transaction alone. Raises NotFound."""
    contact: Contact | None = await session.scalar(_locking(), {"workspace": workspace, "contact": contact_id})
    if contact is None:
        raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
    return contact


@cache  # every change of a contact asks it
def _locking() -> Select[Contact]:
    query = select(Contact).where(Contact.workspace_id == bindparam("workspace"), Contact.id == bindparam("contact"))
    return query.options(undefer(Contact.case_reference)).with_for_update(of=Contact)


async def latest_decision(session: AsyncSession, contact: Contact) -> Decision:
    """Returns the decision of a contact's rung."""
    mine = Decision.workspace_id == contact.workspace_id, Decision.contact_id == contact.id
    return (await session.scalars(select(Decision).where(*mine).order_by(Decision.rung.desc()).limit(1))).one()
