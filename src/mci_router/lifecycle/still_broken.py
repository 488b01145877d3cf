"""Still broken: an incident is fixed, but not for this customer, who has been told to wait once already.

The contact goes back to its ladder from the bottom, for a person's care and before others of its age.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import WrongState
from mci_router.incidents.subscriptions import standing_of
from mci_router.models import Contact, Decision
from mci_router.triage.matrix import VOLUME_OF, cell_of
from mci_router.vocabulary import Cell, ContactState, IncidentState, Outcome, Touch

RAISE = 5  # points of priority: as if it had waited five minutes longer
MOST_PRIORITY = 10
WHY = "still broken after the fix, says the customer"


async def came_back_before(session: AsyncSession, contact: Contact, state: ContactState) -> bool:
    """Whether the contact has come back to its ladder already.

    Raises:
        WrongState: no incident has answered it, the incident is not fixed yet, or the contact has ended.
    """
    found = await standing_of(session, contact.id)
    if found is None:
        raise WrongState("No incident has answered the contact, so none can be still broken for it.", state=state)
    subscription, incident = found
    if subscription.returned_at is not None:
        return True
    if state.final or contact.outcome is not Outcome.INCIDENT:
        raise WrongState(f"The contact is {state}: post another one for what is still broken.", state=state)
    if incident is not IncidentState.FIXED:
        raise WrongState(
            "The incident is not fixed yet: the customer is told when it is. If the contact is about something else, say `unresolved`.",
            state=state,
        )
    return False


def raise_touch(contact: Contact) -> None:
    """It came back unresolved: a person takes it, sooner than others."""
    contact.cell = cell_of(VOLUME_OF[Cell(contact.cell)], Touch.HIGH)
    contact.priority = min(MOST_PRIORITY, contact.priority + RAISE)


def raised(decision: Decision, contact: Contact) -> dict[str, Any]:
    """What the decision says of its triage then."""
    reason = f"{WHY}: high touch, priority {contact.priority}, {contact.cell}"
    before = decision.triage
    return {**before, "touch": Touch.HIGH, "cell": contact.cell, "reasons": [*before["reasons"], reason]}
