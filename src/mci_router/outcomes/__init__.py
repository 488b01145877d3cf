"""Outcomes: what serves a contact, one file an outcome, and this list of them.

A new outcome is a word of `Outcome`, a file here and a line below; what its rung has to say is in `specs/resources.py`.
"""

from collections.abc import Mapping

from mci_router.models import Contact
from mci_router.outcomes.agent import AgentOutcome
from mci_router.outcomes.automation import Automation
from mci_router.outcomes.community import Community
from mci_router.outcomes.incident import IncidentStatus
from mci_router.outcomes.message_only import MessageOnly
from mci_router.outcomes.nobody import Nobody
from mci_router.outcomes.outcome import ServingOutcome
from mci_router.routing.policy.routes import Route
from mci_router.vocabulary import ContactState, Modality, Outcome

OUTCOMES: Mapping[Outcome, ServingOutcome] = {
    one.name: one for one in (Automation(), Community(), AgentOutcome(), IncidentStatus(), MessageOnly(), Nobody())
}
"""Every outcome by its name."""

SETTLED = frozenset(name for name, one in OUTCOMES.items() if one.state.final)
"""Outcomes whose contacts end as they come: the live state never has them open."""


def outcome_of(contact: Contact) -> ServingOutcome:
    """Returns the outcome of a contact."""
    return OUTCOMES[contact.outcome]


def state_of(outcome: Outcome, *, asking: bool, answered: bool = False) -> ContactState:
    """Returns the state in which an outcome serves.

    While the customer is asked about a post, nobody serves the contact; while a post of another customer answers it,
    there is none of its own.
    """
    return ContactState.AUTOMATING if asking or answered else OUTCOMES[outcome].state


def modality_of(route: Route) -> Modality:
    """Returns who reads along: nobody, until there is a post."""
    return Modality.ONE_TO_ONE if route.ask or route.answered else OUTCOMES[route.outcome].modality
