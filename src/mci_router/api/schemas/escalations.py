"""Schemas of escalations for which somebody is paged."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.specs.base import Text
from mci_router.vocabulary import PageState, Severity


class AcknowledgementIn(Body):
    """The person who confirms."""

    person: Annotated[Text | None, Field(description="One who was paged. Left out: the one who was paged last.")] = None


class PersonOut(Answer):
    """Somebody who is paged. The address is null for a key that may not read the configuration."""

    name: str
    pager: str | None = None
    phone: str | None = None
    email: str | None = None


class EscalationPageOut(Answer):
    """An escalation for which somebody is paged."""

    id: str
    contact_id: str
    severity: Severity
    queue: Annotated[str, Field(description="The queue that the escalation matrix names.")]
    state: PageState
    paged: Annotated[list[PersonOut], Field(description="Those who were paged, the last one last.")]
    next: Annotated[PersonOut | None, Field(description="Who is paged at `due_at`, if nobody confirms until then.")]
    paged_at: Annotated[Moment, Field(description="When the last one was paged. RFC 3339, UTC.")]
    due_at: Annotated[
        Moment | None, Field(description="When the next one follows, or the escalation is alarmed. RFC 3339, UTC.")
    ]
    acknowledged_at: Moment | None
    acknowledged_by: str | None
    unacknowledged_at: Annotated[Moment | None, Field(description="When it was alarmed. RFC 3339, UTC.")]
    created_at: Moment


class EscalationPages(Answer):
    """Escalations for which somebody is paged, newest first. `next_cursor` continues the list; null at its end."""

    items: list[EscalationPageOut]
    next_cursor: str | None
