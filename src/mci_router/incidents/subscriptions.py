"""Subscriptions: the contacts that an incident answered get its updates, until they go back to their ladder."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Incident, IncidentSubscription
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.vocabulary import IncidentState


def subscribe(
    workspace: str, contact_id: str, incident: OpenIncident, topic: str, now: datetime
) -> IncidentSubscription:
    """Returns the row to add in the transaction that accepts the contact.

    The contact gets only updates that are later than the status it was answered with.
    """
    return IncidentSubscription(
        contact_id=contact_id,
        workspace_id=workspace,
        incident_id=incident.id,
        topic=topic,
        subscribed_at=now,
        settled_update=incident.update,
    )


async def unsubscribe(session: AsyncSession, contact_id: str, now: datetime) -> None:
    """Ends the subscription of a contact that goes back to its ladder: it gets no further updates."""
    await session.execute(
        update(IncidentSubscription)
        .where(IncidentSubscription.contact_id == contact_id, IncidentSubscription.returned_at.is_(None))
        .values(returned_at=now)
    )


async def subscription_of(session: AsyncSession, contact_id: str) -> tuple[IncidentSubscription, IncidentState] | None:
    """Returns a contact's subscription and the state of its incident; None if no incident has answered it."""
    query = (
        select(IncidentSubscription, Incident.state)
        .join(Incident, Incident.id == IncidentSubscription.incident_id)
        .where(IncidentSubscription.contact_id == contact_id)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row else None
