"""What an adapter is answered about a contact, and the text that triage judged."""

from typing import Any

from mci_router.intake.contact_columns import customer_data
from mci_router.models import Contact, Decision
from mci_router.outcomes import state_of
from mci_router.triage.reading import read
from mci_router.vocabulary import ContactState


def judged_text(contact: Contact, decision: Decision) -> str:
    """Returns the text that triage judged.

    Decisions of earlier versions do not have it: then the contact is read again.
    """
    return str(decision.triage.get("text") or read(contact.subject, contact.text, contact.channel))


def answer_of(contact: Contact, decision: Decision, state: ContactState | None = None) -> dict[str, Any]:
    """Returns a contact and a decision about it, in full: `access` decides what of it the caller may see."""
    return {
        "id": contact.id,
        "sensitive": contact.sensitive,
        "case_id": contact.case_id,
        "case_reference": contact.case_reference,
        "customer_id": contact.customer_id,
        "kind": contact.kind,
        "state": state or state_of(contact.outcome, asking=contact.asking, answered=bool(contact.answered_from)),
        "triage": decision.triage,
        "route": decision.route,
        "customer": customer_data(contact),
    }
