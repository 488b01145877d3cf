"""Nobody: a contact that ends as it comes, as a machine's, or because its customer has only said what senders are to do."""

from mci_router.models import Contact
from mci_router.outcomes.outcome import ServingOutcome
from mci_router.routing.calls import ContactCall, Settlement
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, Outcome

ADDRESS_EVENTS = {ContactKind.OPT_OUT: "opted_out", ContactKind.CUSTOMER: "opted_in"}


class Nobody(ServingOutcome):
    """Nothing has to serve it. No rung names it."""

    name = Outcome.NONE
    state = ContactState.RESOLVED
    limited = False

    def engine_call(self, snapshot: Snapshot, contact: Contact) -> ContactCall:
        """Returns how it ends, with what it changes about the address it came by."""
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
