"""The reports."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.vocabulary import Cell, ContactKind, ContactState, Outcome

Share = Annotated[float | None, Field(description="In [0, 1]; null where nothing counts.")]
Seconds = Annotated[float | None, Field(description="Seconds; null where nothing counts.")]


class QueueLevel(Answer):
    """A queue's service level over a period, counted over stays: each time that a contact came to the queue.

    A contact that was answered there and went on counts in both queues. Waits and due times count open hours only.
    """

    queue: str
    catch_all: Annotated[
        bool, Field(description="It takes what no other queue takes: contacts here show that a queue is missing.")
    ] = False
    goal: float | None
    target_s: float | None
    offered: int
    answered: int
    answered_in_time: int
    abandoned: int
    moved_on: Annotated[
        int, Field(description="Left unanswered, but not by the customer: moved, or ended by somebody else.")
    ]
    waiting: int
    waiting_late: Annotated[
        int,
        Field(description="Of those that wait, how many are past their due time: the percentage does not count them."),
    ]
    oldest_wait_s: Seconds
    service_level: Share
    strict_service_level: Share
    abandonment: Share
    asa_s: Seconds
    p99_wait_s: Seconds
    mean_excess_s: Seconds
    aht_s: Seconds


class ServiceLevelReport(Answer):
    """Service level by queue, over contacts that came to it in [since, until)."""

    since: Moment
    until: Moment
    queues: list[QueueLevel]


class ContactCount(Answer):
    """The number of contacts of a cell with an outcome and a state."""

    kind: Annotated[ContactKind, Field(description="Who wrote.")]
    cell: Cell
    outcome: Outcome
    state: ContactState
    contacts: int


class ContactReport(Answer):
    """Contacts by who wrote, cell, outcome and state, over contacts accepted in [since, until)."""

    since: Moment
    until: Moment
    automated: Annotated[float | None, Field(description="Share of customers' contacts that automation resolved.")]
    counts: list[ContactCount]
