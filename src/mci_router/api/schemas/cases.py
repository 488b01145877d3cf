"""Schemas of cases."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, CaseReference, Moment
from mci_router.vocabulary import CaseStatus, Channel, ContactState, WaitsFor

Title = Annotated[
    str | None, Field(description="Its topic's; null where that is unknown, or would tell what is sensitive.")
]
Waits = Annotated[
    WaitsFor | None, Field(description="Whose turn it is: an agent's, the customer's, the community's; null: nobody's.")
]


class CaseContactOut(Answer):
    """A contact of a case."""

    id: str
    channel: Channel
    state: ContactState
    topic: str | None
    queue: str | None
    agent: str | None
    accepted_at: Moment
    ended_at: Moment | None


class CaseOut(Answer):
    """A case, and where it stands now."""

    id: str
    reference: CaseReference
    customer_id: str
    status: CaseStatus
    waits_for: Waits
    topic: Annotated[str | None, Field(description="Null where it is unknown.")]
    title: Title
    opened_at: Moment
    last_contact_at: Moment
    closed_at: Moment | None
    contacts: Annotated[list[CaseContactOut], Field(description="The newest first, at most 100.")]
    linked_cases: Annotated[
        list[str],
        Field(
            description="That in whose conversation it began, with something else, and those that began so in its own."
        ),
    ]


class CaseStatusOut(Answer):
    """Where a case stands, for its customer: nothing that was said, and nothing of who the customer is.

    `text` says all of it as a voice menu speaks it, in English or German.
    """

    id: str
    reference: CaseReference
    status: CaseStatus
    waits_for: Waits
    title: Title
    opened_at: Moment
    last_contact_at: Moment
    answer_by: Annotated[
        Moment | None, Field(description="Until when an agent answers, by the live queue; null where none is to.")
    ]
    text: Annotated[str, Field(examples=["Your request is in line. We answer it by tomorrow at 10:00."])]
