"""Frames of the agent socket by which agents join conversations that others serve."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import StringConstraints, model_validator

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import ContactId, FrameId, Reason
from mci_router.specs.base import Name

InvitationId = Annotated[str, StringConstraints(pattern=r"^inv_[0-9a-f]{32}_[0-9a-f]{1,16}_[0-9]{1,9}$")]


class Invitation(Body):
    """The agent who is to join a conversation, or the queue of which somebody is."""

    agent: Name | None = None
    queue: Name | None = None

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if (self.agent is None) == (self.queue is None):
            raise ValueError("names an agent or a queue")
        return self


class ConsultData(Invitation):
    """The contact, and the agent who is to join its conversation, or the queue of which somebody is."""

    contact_id: ContactId


class Consult(Body):
    """The agent asks another one to join the conversation."""

    type: Literal["contact.consult"]
    id: FrameId
    data: ConsultData


class InvitationData(Body):
    """The invitation to answer."""

    invitation_id: InvitationId


class AcceptInvitation(Body):
    """The agent joins."""

    type: Literal["invitation.accept"]
    id: FrameId
    data: InvitationData


class DeclineInvitationData(InvitationData):
    """The invitation to decline, and why."""

    reason: Reason = ""


class DeclineInvitation(Body):
    """The agent does not join."""

    type: Literal["invitation.decline"]
    id: FrameId
    data: DeclineInvitationData


class ConversationData(Body):
    """The contact whose conversation is meant."""

    contact_id: ContactId


class LeaveConversation(Body):
    """The agent takes part no longer."""

    type: Literal["participant.leave"]
    id: FrameId
    data: ConversationData


class HandOverData(ConversationData):
    """The contact, and the participant who serves it from then on."""

    agent: Name


class HandOverInside(Body):
    """The agent gives the contact to a participant, and takes part from then on."""

    type: Literal["participant.hand_over"]
    id: FrameId
    data: HandOverData


class ReadAlong(Body):
    """The agent reads a conversation of another along."""

    type: Literal["contact.read_along"]
    id: FrameId
    data: ConversationData


ParticipantCommand: TypeAlias = (
    Consult | AcceptInvitation | DeclineInvitation | LeaveConversation | HandOverInside | ReadAlong
)
"""What an agent does about the conversations of others."""
