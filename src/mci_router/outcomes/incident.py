"""An incident: its status answers a contact before the ladder begins, and the customer gets updates and the fix."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.incidents.subscriptions import subscribe, unsubscribe
from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.routing.policy.routes import BEFORE_LADDER, Draft, Facts, Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import INCIDENT_FIXED, ContactState, Modality, Outcome, ServedBy


class IncidentStatus(ServingOutcome):
    """One answer for many, without an agent, until the customer objects or some time after the fix.

    No rung names it.
    """

    name = Outcome.INCIDENT
    state = ContactState.AUTOMATING
    modality = Modality.ONE_TO_MANY
    silence = INCIDENT_FIXED

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Subscribes the contact to the incident's updates."""
        if route.incident is None:
            return Entered()
        subscription = subscribe(
            contact.workspace_id, contact.id, route.incident, contact.topic or "", contact.accepted_at
        )
        return Entered([subscription], served_by=served_by(ServedBy.INCIDENT, route.incident.id))

    async def leave(self, session: AsyncSession, contact: Contact, now: datetime, *, ended: bool) -> None:
        """Ends the subscription of a contact that goes back to its ladder; one that has ended still gets the fix."""
        if not ended:
            await unsubscribe(session, contact.id, now)


def incident_route(snapshot: Snapshot, incident: OpenIncident, facts: Facts) -> Route:
    """Returns the route of a contact that an open incident answers."""
    which = f"the open incident {incident.id} ({incident.title})"
    reason = f"{which} is about this: its status is the answer, and updates follow"
    text = incident.text_for(facts.language)
    return Route(
        rung=BEFORE_LADDER,
        outcome=Outcome.INCIDENT,
        reasons=(reason,),
        at_limit="resolve",
        incident=incident,
        message=text,
        notice=snapshot.machine_notice(facts.language),
    )
