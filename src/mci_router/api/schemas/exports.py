"""Records as exports have them: one a line. They have no text of customers or agents."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.vocabulary import Cell, Channel, ContactKind, ContactState, LeftAs, Outcome


class ContactRecord(Answer):
    """A contact, without what was said."""

    id: str
    case_id: str
    customer_id: str
    channel: Channel
    provider: str | None
    adapter: str | None
    kind: ContactKind
    language: str | None
    topic: str | None
    cell: Cell
    outcome: Outcome
    state: ContactState
    queue: str | None
    agent: str | None
    disposition: Annotated[str | None, Field(description="Null where an agent wrote freely.")]
    priority: int
    urgent: bool
    sensitive: bool
    stays: Annotated[int, Field(description="In queues.")]
    accepted_at: Moment
    enqueued_at: Moment | None
    answered_at: Moment | None
    handled_at: Moment | None
    ended_at: Moment | None


class SegmentRecord(Answer):
    """A stay of a contact in a queue."""

    contact_id: str
    n: int
    queue: str
    channel: Channel
    topic: str | None
    language: str | None
    cell: Cell
    entered_at: Moment
    due_at: Moment | None
    answered_at: Moment | None
    left_at: Moment | None
    left_as: LeftAs | None
    agent: str | None
    offers: int
    target_s: float | None
    waited_s: float
    talk_s: float
    held_s: float
    parked_s: float
    wrap_up_s: float
