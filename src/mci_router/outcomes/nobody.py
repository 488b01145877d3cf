"""Nobody: a contact that ends as it comes, because a machine sent it or it only opts its address out or in."""

from mci_router.models import Contact
from mci_router.outcomes.outcome import ServingOutcome
from mci_router.routing.calls import ContactCall, Settlement
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, Outcome

ADDRESS_EVENTS = {ContactKind.OPT_OUT: "opted_out", ContactKind.CUSTOMER: "opted_in"}


class Nobody(ServingOutcome):
    """The outcome of a contact that nothing has to serve. No rung names it."""

    name = Outcome.NONE
    state = ContactState.RESOLVED
    limited = False

    def engine_call(self, snapshot: Snapshot, contact: Contact) -> ContactCall:
        """Returns the call that ends the contact, with what it changes about the address it came by."""
        event = ADDRESS_EVENTS.get(contact.kind)
        return Settlement(
            contact=contact.id,
            channel=contact.channel,
            outcome=contact.outcome,
            rung=contact.rung,
            why=event or contact.kind,
            customer=contact.customer_id,
            address_event=event,
        )
