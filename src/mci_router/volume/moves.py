"""Moves: topics that moved between the cells of the matrix, as recorded in the ledger."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.events import EventType
from mci_router.models import Event


async def moves(session: AsyncSession, workspace: str, *, before: str | None, limit: int) -> Sequence[Event]:
    """Returns moves, newest first, from the event id `before` back.

    That moves belong to no contact is part of the query so that it uses an index.
    """
    query = (
        select(Event)
        .where(Event.workspace_id == workspace, Event.contact_id.is_(None), Event.type == EventType.TOPIC_MOVED)
        .order_by(Event.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(Event.id < before)
    return (await session.scalars(query)).all()
