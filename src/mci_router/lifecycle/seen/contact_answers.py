"""What an adapter is answered about a contact, and the text that triage judged."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.intake.contact_columns import customer_data
from mci_router.models import Contact, Decision
from mci_router.outcomes import state_of
from mci_router.triage.reading import read
from mci_router.vocabulary import ContactState, Visibility

SLACK = timedelta(days=1)  # by which the clocks of two processes differ, and more
NOT_ALL_SHOWN = text(
    """
    SELECT EXISTS (SELECT FROM messages WHERE case_id = :case AND contact_id = :contact AND kind = 'customer'
      AND (revision > 0 OR :public AND visibility = 'private') AND received_at >= :since)
    """
)


def judged_text(contact: Contact, decision: Decision) -> str:
    """Returns the text that triage judged.

    Decisions of earlier versions do not have it: then the contact is read again.
    """
    return str(decision.triage.get("text") or read(contact.subject, contact.text, contact.channel))


async def text_to_show(session: AsyncSession, contact: Contact, decision: Decision) -> str:
    """Returns the text of which a post may be made: the one that was judged.

    That has all that the customer has said. Where some of it was said in private, though the contact came in public, or
    was changed since, it is what the contact came with, as it is now.
    """
    public = contact.visibility is Visibility.PUBLIC
    about = {"case": contact.case_id, "contact": contact.id, "since": contact.accepted_at - SLACK, "public": public}
    if await session.scalar(NOT_ALL_SHOWN, about):
        return read(contact.subject, contact.text, contact.channel)
    return judged_text(contact, decision)


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
