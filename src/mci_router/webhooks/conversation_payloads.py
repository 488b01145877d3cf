"""Payloads of events about a conversation: it waits for its customer, somebody joins it, it is over."""

from typing import Annotated

from pydantic import Field

from mci_router.vocabulary import EndedBy, ParticipantRole
from mci_router.webhooks.payloads import ContactPayload, Time


class ParticipantsPayload(ContactPayload):
    """A contact, and who takes part in its conversation beside the agent who serves it."""

    participants: Annotated[list[dict[str, str]] | None, Field(description="Of each `agent` and `role`.")] = None
    invited: Annotated[str | None, Field(description="The agent who is asked to join.")] = None


class ParticipantPayload(ContactPayload):
    """An agent who takes part in a conversation that another serves, or is asked to."""

    agent: str
    role: ParticipantRole | None = None
    joined_at: Time | None = None
    invitation: str | None = None
    expires_at: Annotated[Time | None, Field(description="Until when the invitation can be accepted.")] = None


class ParkedPayload(ContactPayload):
    """A contact that waits for its customer."""

    inactive_at: Annotated[Time | None, Field(description="When it is completed unless the customer writes.")] = None


class ConversationEndedPayload(ContactPayload):
    """A contact whose conversation with an agent is over."""

    by: EndedBy
