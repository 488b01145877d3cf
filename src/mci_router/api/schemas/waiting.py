"""Schemas of expected waits and callbacks."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.customers import Phone
from mci_router.api.schemas.decisions import ExpectedWaitOut
from mci_router.vocabulary import Channel, ContactState


class Callback(Body):
    """The number to call. Left out: one that is known of the customer."""

    phone: Phone | None = None


class CallbackOut(Answer):
    """A contact whose customer will be called back, with its place in line as it was."""

    id: str
    state: ContactState
    queue: Annotated[str | None, Field(description="Null for a key that may not read the contact.")]
    callback_at: Moment
    callback_phone: Annotated[
        str | None,
        Field(
            description="The number to call. Null: none is known, and the agent has to find one. A key that may not "
            "read the contact sees only the number that it sent."
        ),
    ]
    reasons: Annotated[
        list[str], Field(description="Why it waits where it waits; empty for a key that may not read the contact.")
    ] = []
    expected_wait_s: Annotated[
        ExpectedWaitOut | None, Field(description="Null: it is offered now, the queue is closed, or it is unknown.")
    ] = None
    reply_by: Annotated[str | None, Field(description="When it is due. RFC 3339, UTC.")] = None
    opens_at: Annotated[
        str | None, Field(description="The queue is closed: when it opens. Nobody calls before. RFC 3339, UTC.")
    ] = None


class ContactWaiting(Answer):
    """The place of a contact in line, and its expected wait. Unless it waits, all but the first three are null."""

    id: str
    state: ContactState
    waits: Annotated[bool, Field(description="It waits for an agent, or is offered to one.")]
    queue: str | None
    position: Annotated[
        int | None,
        Field(
            description="In its line, from 1, the oldest first: contacts of its queue that ask the same of an agent. "
            "Null while an agent is offered it."
        ),
    ]
    position_in_queue: Annotated[int | None, Field(description="In the whole queue, from 1, the oldest first.")]
    waiting: Annotated[int | None, Field(description="Contacts waiting in the queue.")]
    due_at: Moment | None
    opens_at: Annotated[Moment | None, Field(description="When its queue opens, if that is closed. RFC 3339, UTC.")]
    expected_wait_s: Annotated[
        ExpectedWaitOut | None,
        Field(
            description="From now. Null while an agent is offered it, its queue is closed, or nobody able is signed in."
        ),
    ]


class WaitingContact(Answer):
    """A contact that waits in a queue."""

    id: str
    state: Annotated[ContactState, Field(description="`queued`; `assigned`: its agent is passing it on.")]
    channel: Channel
    subject: str | None
    topic: str | None
    language: str | None
    priority: int
    urgent: bool
    since: Annotated[Moment, Field(description="Since when it has waited, as if in one go.")]
    due_at: Moment | None
    late: Annotated[bool, Field(description="It is past its due time.")]


class QueueWaiting(Answer):
    """Those who wait in a queue, the longest wait first: at most so many as were asked for."""

    queue: str
    waiting: Annotated[int, Field(description="All of them, also those that the key may not read.")]
    waiting_late: int
    items: list[WaitingContact]


class QueueExpectedWait(Answer):
    """The expected wait of the next contact that has no requirements beyond those of the queue."""

    queue: str
    channel: Channel
    is_open: bool
    opens_at: Annotated[Moment | None, Field(description="When it opens, if it is closed. RFC 3339, UTC.")]
    waiting: Annotated[int, Field(description="Contacts waiting in the queue.")]
    staffed: Annotated[int, Field(description="Able agents signed in.")]
    expected_wait_s: Annotated[
        ExpectedWaitOut | None, Field(description="Null while it is closed, or no able agent is signed in.")
    ]
