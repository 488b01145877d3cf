"""What routing needs to know of a contact's triage. Pure."""

from mci_router.values import value
from mci_router.vocabulary import Cell, ContactKind


@value
class Matter:
    """The part of a contact's triage that routing needs; the contact keeps it on every rung."""

    topic: str | None
    sensitive: bool
    cell: Cell
    confidence: float
    kind: ContactKind = ContactKind.CUSTOMER
    urgent: bool = False
    wants_person: bool = False
