"""A contact's columns, and what of them its adapter sees. Pure but for the row's type."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mci_router.models import Contact
from mci_router.routing.policy.routes import Route


class NewContact:
    """A contact's row before the ledger has it: its columns, by name and as attributes like those of `Contact`."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.__dict__ = columns

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @property
    def columns(self) -> dict[str, Any]:
        return self.__dict__


def customer_data(contact: Contact | NewContact) -> dict[str, Any]:
    """Returns how the customer's addresses were read, as `CustomerTaken` describes it."""
    return {"trust": contact.trust, "addresses": contact.identity.get("addresses", [])}


def columns_of(route: Route, since: datetime, now: datetime, segments: int = 0) -> dict[str, Any]:
    """Returns the columns of a contact that its rung decides.

    It has been in line `since` it first joined one, and enters its queue, if it gets one, `now`, after so many
    segments.
    """
    return {
        "outcome": route.outcome,
        "rung": route.rung,
        "rung_limit_at": route.limit_at,
        "asking": route.ask is not None,
        "answered_from": route.answered.id if route.answered else None,
        "queue": route.queue.name if route.queue else None,
        "requirement": [dict(need) for need in route.requirement],
        "relaxation": [{"after_s": step.after_s, "alternatives": step.alternatives} for step in route.steps] or None,
        "preferred_agent": route.preferred,
        "due_at": route.due_at,
        "enqueued_at": since if route.queue else None,
        "segment": segments + 1 if route.queue else segments,
        "entered_at": now if route.queue else None,
    }
