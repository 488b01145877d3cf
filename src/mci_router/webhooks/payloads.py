"""Payloads: an event's `data` as receivers read it, the journal entry without text, with times as RFC 3339.

`envelope.public` makes it from the entry, whatever it has; these models describe it, and a test compares them with
every entry that the live state writes. Members may be added: a receiver ignores those it does not know.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mci_router.vocabulary import (
    AddressKind,
    Cell,
    Channel,
    ContactState,
    IncidentSource,
    IncidentState,
    Outcome,
    Presence,
    Severity,
    Volume,
)

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Why = Annotated[str | None, Field(description="The reason, where it is one word.")]


class Payload(BaseModel):
    """The `data` of an event."""


class ContactPayload(Payload):
    """The contact's state, and what the event concerns."""

    contact: str
    state: ContactState
    channel: Channel
    outcome: Annotated[Outcome, Field(description="What serves it, or did last.")]
    rung: Annotated[int, Field(description="Of its ladder, from 0; below it an incident or nothing has served it.")]
    queue: str | None = None
    agent: Annotated[str | None, Field(description="The agent whom the event concerns.")] = None
    holder: Annotated[str | None, Field(description="Who serves it, where the event concerns another agent.")] = None
    assignment: str | None = None
    offer: Annotated[str | None, Field(description="The offer that the event ends, or is about.")] = None
    why: Why = None
    enqueued_at: Time | None = None
    answered_at: Time | None = None
    handled_at: Time | None = None
    ended_at: Time | None = None


class AskedPayload(ContactPayload):
    """A contact whose customer is to be asked whether it may be posted."""

    limit_at: Annotated[Time | None, Field(description="Until when.")] = None


class InformedPayload(ContactPayload):
    """A contact whose customer is to get an update of its incident."""

    incident: str
    update: Annotated[int, Field(description="The number of the update, which each customer gets once.")]
    kind: Literal["status", "fixed"]
    status_text: Annotated[str | None, Field(description="The text for the customer, as operators wrote it.")] = None
    channel_ref: Annotated[str | None, Field(description="The adapter's own reference of the conversation.")] = None


class RelaxedPayload(ContactPayload):
    """A contact that asks less of an agent from now on."""

    step: Annotated[int, Field(description="Steps of its queue's relaxation that are taken.")]


class TransferPayload(ContactPayload):
    """A contact that an agent hands over."""

    to: Annotated[str | None, Field(description="The agent it goes to; none where it goes to a queue.")] = None
    warm: bool | None = None


class VerifiedPayload(ContactPayload):
    """A contact whose customer has been verified."""

    by: Annotated[str, Field(description="`agent:` and a name, or `key:` and an id.")]


class DonePayload(ContactPayload):
    """A contact that an agent has served."""

    disposition: Annotated[str | None, Field(description="How it ended, where that is one word.")] = None


class OfferPayload(ContactPayload):
    """An offer of a contact to an agent."""

    agent: str
    offer: str
    expires_at: Annotated[Time | None, Field(description="Until when the agent may accept it.")] = None
    callback: Annotated[bool | None, Field(description="The customer is to be called back.")] = None


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


class OptOutPayload(Payload):
    """A customer, and the address that it has opted out or in."""

    customer: str
    channel: Annotated[Channel | None, Field(description="By which it was said.")] = None
    address_kind: Annotated[AddressKind | None, Field(description="Of the address, as the company noted it.")] = None


class MergePayload(Payload):
    """A customer who was merged into another, or split from it again."""

    customer: str
    into: str
    merge: Annotated[str | None, Field(description="The same for the merge and its split.")] = None
    before: Annotated[dict[str, Any] | None, Field(description="Kinds of addresses, and cases, by customer.")] = None
    after: dict[str, Any] | None = None


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


class TestPayload(Payload):
    """The webhook that is tested."""

    __test__ = False
    webhook: str
