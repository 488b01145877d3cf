"""Still broken: an incident is fixed, but not for this customer, who has had to wait once already.

The contact begins its ladder from the bottom, with high touch and before others of its age.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import WrongState
from mci_router.incidents.subscriptions import subscription_of
from mci_router.models import Contact, Decision
from mci_router.triage.matrix import VOLUME_OF, cell_of
from mci_router.vocabulary import Cell, ContactState, IncidentState, Outcome, Touch

RAISE = 5  # points of priority: as if it had waited five minutes longer
MOST_PRIORITY = 10
WHY = "still broken after the fix, says the customer"


async def came_back_before(session: AsyncSession, contact: Contact, state: ContactState) -> bool:
    """Returns whether the contact has come back to its ladder already.

    Raises:
        WrongState: no incident has answered it, the incident is not fixed yet, or the contact has ended.
    """
    row = await subscription_of(session, contact.id)
    if row is None:
        raise WrongState("No incident has answered the contact, so none can be still broken for it.", state=state)
    subscription, incident = row
    if subscription.returned_at is not None:
        return True
    if state.final or contact.outcome is not Outcome.INCIDENT:
        raise WrongState(f"The contact is {state}: post another one for what is still broken.", state=state)
    if incident is not IncidentState.FIXED:
        raise WrongState(
            "The incident is not fixed yet: the customer will hear of the fix. If the contact is about something "
            "else, say `unresolved`.",
            state=state,
        )
    return False


def raise_touch(contact: Contact) -> None:
    """Raises the contact's touch and priority, for it came back unresolved: a person serves it, sooner than others."""
    contact.cell = cell_of(VOLUME_OF[Cell(contact.cell)], Touch.HIGH)
    contact.priority = min(MOST_PRIORITY, contact.priority + RAISE)


def raised(decision: Decision, contact: Contact) -> dict[str, Any]:
    """Returns the triage for the decision, with the touch raised."""
    reason = f"{WHY}: high touch, priority {contact.priority}, {contact.cell}"
    before = decision.triage
    return {**before, "touch": Touch.HIGH, "cell": contact.cell, "reasons": [*before["reasons"], reason]}
