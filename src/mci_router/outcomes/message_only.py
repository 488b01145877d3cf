"""A message, and the end: the rung's message is the answer, and nobody serves the contact."""

from dataclasses import replace

from mci_router.models import Contact
from mci_router.outcomes.outcome import ServingOutcome
from mci_router.routing.calls import ContactCall, Settlement
from mci_router.routing.policy.routes import Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.bars import below
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState, Outcome


class MessageOnly(ServingOutcome):
    """A single sentence as the answer, such as what a company does not offer."""

    name = Outcome.MESSAGE_ONLY
    state = ContactState.RESOLVED
    limited = False

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: the topic is not sure enough.

        A wrong message costs as much as a wrong article.
        """
        return below(contact.bars.automation, contact.confidence, "a message that ends the contact")

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the rung's message."""
        notice = asked.snapshot.machine_notice(asked.facts.language)
        return replace(super().serve(asked), message=asked.choice.rung.message, notice=notice)

    def engine_call(self, snapshot: Snapshot, contact: Contact) -> ContactCall:
        """Returns the call that ends the contact."""
        return Settlement(
            contact.id, contact.channel, contact.outcome, contact.rung, why=self.name, customer=contact.customer_id
        )
