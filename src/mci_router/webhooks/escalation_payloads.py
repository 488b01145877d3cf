"""The payload of an escalation: whom the escalation matrix has paged, and for which contact."""

from typing import Annotated

from pydantic import Field

from mci_router.lazy_schemas import LazyModel
from mci_router.vocabulary import Severity
from mci_router.webhooks.payloads import Payload


class PagedPerson(LazyModel):
    """Somebody of the escalation matrix, with one address."""

    name: str
    pager: str | None = None
    phone: str | None = None
    email: str | None = None


class EscalationPayload(Payload):
    """An escalated contact, and the person whom the event concerns."""

    escalation: str
    contact_id: str
    severity: Severity
    queue_name: Annotated[str, Field(description="The queue that the escalation matrix names.")]
    person: PagedPerson
    backup: Annotated[PagedPerson | None, Field(description="Who is paged next.")] = None
