"""Who takes part in conversations, as the ledger knows it, for a live state that is made again."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms
from mci_router.models import Participant
from mci_router.vocabulary import ContactState


async def taking_part(
    session: AsyncSession, workspace: str, contacts: Sequence[Any]
) -> dict[str, list[dict[str, Any]]]:
    """Returns the participants of contacts that are served, as `restore` takes them."""
    served = [contact.id for contact in contacts if contact.state == ContactState.ASSIGNED]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if served:
        query = select(Participant).where(
            Participant.workspace_id == workspace, Participant.contact_id.in_(served), Participant.left_at.is_(None)
        )
        for one in await session.scalars(query.order_by(Participant.contact_id, Participant.agent)):
            found[one.contact_id].append({"agent": one.agent, "role": one.role, "joined_at": to_ms(one.joined_at)})
    return found
