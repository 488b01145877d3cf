"""Payloads: an event's `data` as receivers read it, the journal entry without text, with times as RFC 3339.

`envelope.public` makes it from the entry, whatever it has; these models describe it, and a test compares them with
every entry that the live state writes. Members may be added: a receiver ignores those it does not know.
"""

from typing import Annotated, Literal

from pydantic import Field

from mci_router.lazy_schemas import LazyModel
from mci_router.vocabulary import (
    AddressKind,
    Cell,
    Channel,
    ContactState,
    IncidentSource,
    IncidentState,
    LeftAs,
    MessageKind,
    Outcome,
    Presence,
    Severity,
    Visibility,
    Volume,
)

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Why = Annotated[str | None, Field(description="The reason, where it is one word.")]


class Payload(LazyModel):
    """The `data` of an event."""


class ContactPayload(Payload):
    """The contact's state, and what the event concerns."""

    contact: str
    state: ContactState
    channel: Channel
    outcome: Annotated[Outcome, Field(description="What serves it, or did last.")]
    rung: Annotated[int, Field(description="Of its ladder, from 0; below it an incident or nothing has served it.")]
    queue: str | None = None
    to_queue: Annotated[
        str | None, Field(description="The queue that a warm transfer goes to, until somebody accepts.")
    ] = None
    agent: Annotated[str | None, Field(description="The agent whom the event concerns.")] = None
    holder: Annotated[str | None, Field(description="Who serves it, where the event concerns another agent.")] = None
    assignment: str | None = None
    offer: Annotated[str | None, Field(description="The offer that the event ends, or is about.")] = None
    why: Why = None
    enqueued_at: Time | None = None
    segment: Annotated[int | None, Field(description="Its stays in queues are numbered from 1.")] = None
    entered_at: Annotated[Time | None, Field(description="When it entered the queue.")] = None
    due_at: Annotated[Time | None, Field(description="By when it is to be answered there.")] = None
    left_as: Annotated[LeftAs | None, Field(description="How the stay ended that this event ends.")] = None
    answered_at: Time | None = None
    handled_at: Time | None = None
    ended_at: Time | None = None


class AskedPayload(ContactPayload):
    """A contact whose customer is to be asked whether it may be posted."""

    limit_at: Annotated[Time | None, Field(description="Until when.")] = None


class QueueClosedPayload(ContactPayload):
    """A contact that waits until its queue opens."""

    opens_at: Annotated[Time, Field(description="Until then it is offered to nobody.")]


class InformedPayload(ContactPayload):
    """A contact whose customer is to get an update of its incident."""

    incident: str
    update: Annotated[int, Field(description="The number of the update, which each customer gets once.")]
    kind: Literal["status", "fixed", "reopened"]
    status_text: Annotated[str | None, Field(description="The text for the customer, as operators wrote it.")] = None
    channel_ref: Annotated[str | None, Field(description="The adapter's own reference of the conversation.")] = None


class RelaxedPayload(ContactPayload):
    """A contact that asks less of an agent from now on."""

    step: Annotated[int, Field(description="Steps of its queue's relaxation that are taken.")]


class ReplannedPayload(ContactPayload):
    """A contact that waits, or is served, by a changed configuration."""

    changed: Annotated[
        list[Literal["requirement", "relaxation", "units", "age", "due_at", "overflow", "limit_at"]],
        Field(
            description="What is new; `age` only where the queue's open hours have changed, `limit_at` of one that the "
            "community has until its queue opens."
        ),
    ]
    step: Annotated[int, Field(description="Steps of its queue's relaxation that are taken.")]
    due_at: Annotated[Time | None, Field(description="When it is due now.")] = None
    limit_at: Annotated[Time | None, Field(description="Until when the community has it now.")] = None


class TransferPayload(ContactPayload):
    """A contact that an agent hands over."""

    to: Annotated[str | None, Field(description="The agent it goes to; none where it goes to a queue.")] = None
    warm: bool | None = None
    transfer: Annotated[str | None, Field(description="The id of a warm transfer to a queue.")] = None


class VerifiedPayload(ContactPayload):
    """A contact whose customer has been verified."""

    by: Annotated[str, Field(description="`agent:` and a name, or `key:` and an id.")]


class DonePayload(ContactPayload):
    """A contact that an agent has served."""

    disposition: Annotated[str | None, Field(description="How it ended, where that is one word.")] = None
    wrap_up_ends_at: Annotated[Time | None, Field(description="When the wrap-up ends by itself.")] = None
    message: Annotated[
        str | None, Field(description="What operators wrote for a customer who was silent for too long.")
    ] = None


class OfferPayload(ContactPayload):
    """An offer of a contact to an agent."""

    agent: str
    offer: str
    expires_at: Annotated[Time | None, Field(description="Until when the agent may accept it.")] = None
    callback: Annotated[bool | None, Field(description="The customer is to be called back.")] = None
    endpoint: Annotated[
        str | None, Field(description="Of an accepted call: where it is put through, as operators configured it.")
    ] = None


class ReplyPayload(Payload):
    """A reply that is hidden, and the state of its post's contact while that is open."""

    post: str
    reply: str
    contact: str | None = None
    state: ContactState | None = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    rung: int | None = None
    queue: str | None = None
    agent: str | None = None
    assignment: str | None = None
    enqueued_at: Time | None = None
    segment: int | None = None
    entered_at: Time | None = None
    due_at: Time | None = None
    answered_at: Time | None = None
    handled_at: Time | None = None


class AgentPayload(Payload):
    """An agent."""

    agent: str


class PresencePayload(AgentPayload):
    """An agent, and its presence."""

    presence: Presence
    why: Why = None


class AsidePayload(AgentPayload):
    """An agent who is kept from taking more, and the queue of the contact that needs the room."""

    queue: str
    why: Annotated[
        str | None,
        Field(description="Why it ended: `served`, `not_needed` (the contact has left), `unable` (the agent has)."),
    ] = None


class QueuePayload(Payload):
    """A queue."""

    queue: str


class AlarmPayload(QueuePayload):
    """An alarm of a queue that begins or ends, and what was seen of the queue then; only `active` if it was removed."""

    active: Annotated[bool, Field(description="It begins; false: it ends.")]
    goal: Annotated[float | None, Field(description="In [0, 1].")] = None
    target_s: float | None = None
    level: Annotated[float | None, Field(description="The rolling service level, in [0, 1].")] = None
    counted: Annotated[float | None, Field(description="Contacts that it is of; older ones count for less.")] = None
    waiting: int | None = None
    waiting_late: Annotated[int | None, Field(description="Of those, past their due time.")] = None
    oldest_wait_s: Annotated[float | None, Field(description="The longest wait of those who wait.")] = None
    expected_wait_s: Annotated[float | None, Field(description="Of the next contact; the middle of its range.")] = None
    staffed: Annotated[int | None, Field(description="Agents who are signed in and could serve it.")] = None
    unstaffed: Annotated[int | None, Field(description="Of those who wait: nobody signed in could serve them.")] = None
    unservable: Annotated[int | None, Field(description="Of those who wait: no agent could ever serve them.")] = None


class MessagePayload(Payload):
    """A message, without its words: `GET /v1/cases/{case}/messages` has them."""

    contact: str
    case: str
    customer: str
    message: str
    message_seq: Annotated[int, Field(description="Its place in the case: the order that counts.")]
    message_at: Annotated[Time, Field(description="When the service received it.")]
    kind: Annotated[MessageKind, Field(description="Who wrote it.")]
    author: str
    to_agent: Annotated[str | None, Field(description="A note to this agent alone.")] = None
    visibility: Visibility
    state: Annotated[ContactState | None, Field(description="The contact's; null long after its end.")] = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    queue: str | None = None
    agent: Annotated[str | None, Field(description="The agent who serves the contact, or whom the note is for.")] = None


class OptOutPayload(Payload):
    """A customer, and the address that it has opted out or in."""

    customer: str
    channel: Annotated[Channel | None, Field(description="By which it was said.")] = None
    address_kind: Annotated[AddressKind | None, Field(description="Of the address, as the company noted it.")] = None


class TopicPayload(Payload):
    """A topic in another cell of the matrix."""

    topic: str
    volume: Volume
    cell_from: Annotated[Cell | None, Field(alias="from")] = None
    cell_to: Annotated[Cell | None, Field(alias="to")] = None
    rate: Annotated[int, Field(description="Contacts in the last hour.")]
    share: Annotated[float, Field(description="Of all contacts of the last hour.")]
    cause: Literal["volume", "touch"]


class IncidentPayload(Payload):
    """An incident, and its state."""

    incident: str
    incident_state: IncidentState
    source: IncidentSource
    severity: Severity
    topics: list[str] = []
    services: list[str] = []
    regions: list[str] = []


class RebuiltPayload(Payload):
    """The amount that was restored from the ledger."""

    contacts: int
    revision: Annotated[int, Field(description="Of the configuration.")]


class PausePayload(Payload):
    """A webhook that is paused, or not any more."""

    webhook: Annotated[str, Field(description="Its name.")]
    webhook_id: str
    why: Annotated[
        str,
        Field(
            description="What the last attempt came to, `status_503` or a word as in `last_error`; or what ended it."
        ),
    ]


class TestPayload(Payload):
    """The webhook that is tested."""

    __test__ = False
    webhook: str
