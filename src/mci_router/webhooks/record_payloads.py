"""The payload of a completed contact: with its record, as a CRM keeps it."""

from typing import Annotated

from pydantic import Field

from mci_router.lazy_schemas import LazyModel
from mci_router.vocabulary import Severity
from mci_router.webhooks.payloads import DonePayload, Time


class HandoffRecord(LazyModel):
    """One time that the contact was passed on."""

    at: Time
    by: Annotated[str | None, Field(description="The agent who did it at a desk; absent: over the API.")] = None
    holder: Annotated[str | None, Field(description="The agent who served the contact then.")] = None
    queue: str | None = None
    agent: Annotated[str | None, Field(description="The agent it went to.")] = None
    severity: Annotated[Severity | None, Field(description="Of an escalation.")] = None
    reason: str
    handoff: Annotated[
        dict[str, str] | None, Field(description="`expectation`, `tried` and `next_steps`, as they were typed, masked.")
    ] = None
    called_off_at: Time | None = None


class RecordTimes(LazyModel):
    """Moments, and the parts of the time between them in seconds."""

    accepted_at: Time
    enqueued_at: Time | None = None
    answered_at: Time | None = None
    handled_at: Annotated[Time | None, Field(description="When the conversation was over.")] = None
    ended_at: Time | None = None
    waited_s: Annotated[float, Field(description="In lines, all stays together, while they were open.")]
    talked_s: Annotated[float, Field(description="With its last agent, without holds and interruptions.")]
    held_s: float
    parked_s: float
    wrap_up_s: float


class RecordDisposition(LazyModel):
    """How the conversation ended."""

    name: str
    title: str
    resolved: Annotated[
        bool | None, Field(description="The matter is settled; absent: the workspace does not say.")
    ] = None


class RecordCustomer(LazyModel):
    """The customer; nothing where it is only claimed who that is."""

    id: str | None = None
    external_id: str | None = None
    name: str | None = None


class ContactRecord(LazyModel):
    """A completed contact as a CRM keeps it. Texts are masked like all others."""

    case: str
    customer: RecordCustomer
    channel_ref: str | None = None
    topic: str | None = None
    subject: str | None = None
    disposition: RecordDisposition | None = None
    notes: str
    times: RecordTimes
    handoffs: Annotated[list[HandoffRecord], Field(description="Each time it was passed on, the first one first.")]


class CompletedPayload(DonePayload):
    """A contact that an agent is done with."""

    record: Annotated[
        ContactRecord | None, Field(description="All that a CRM keeps of it, for a webhook with `in_full` alone.")
    ] = None
