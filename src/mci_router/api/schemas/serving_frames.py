"""Frames of the agent socket by which an agent serves a conversation, and ends it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import AssignmentId, ContactId, FrameId, Reason
from mci_router.api.schemas.message_frames import Seq
from mci_router.api.schemas.participant_frames import ParticipantCommand


class HoldData(Body):
    """The assignment whose customer is meant."""

    assignment_id: AssignmentId


class ParkData(HoldData):
    """The assignment to park, and the number in its case of the last message that the agent has read."""

    read_up_to: Seq | None = None


class ParkContact(Body):
    """The agent waits for the customer, and serves others meanwhile."""

    type: Literal["contact.park"]
    id: FrameId
    data: ParkData


class UnparkContact(Body):
    """The agent goes on with a contact that the agent has parked."""

    type: Literal["contact.unpark"]
    id: FrameId
    data: HoldData


class EndData(Body):
    """The contact whose conversation is over, and why."""

    contact_id: ContactId
    why: Reason = ""


class EndConversation(Body):
    """The agent ends the conversation; wrap-up begins."""

    type: Literal["contact.end"]
    id: FrameId
    data: EndData


class SaveData(Body):
    """The assignment, and what the agent has written about it so far. A disposition that is null stays as it is."""

    assignment_id: AssignmentId
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
    disposition: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Field(examples=["solved"])
    ] = None


class SaveAssignment(Body):
    """The agent saves notes and disposition, in conversation or in wrap-up."""

    type: Literal["assignment.save"]
    id: FrameId
    data: SaveData


class MoreTimeData(Body):
    """The assignment in wrap-up, and the seconds to add."""

    assignment_id: AssignmentId
    s: Annotated[float, Field(gt=0, le=3_600)] = 60


class MoreTime(Body):
    """The agent needs more time for the wrap-up."""

    type: Literal["wrap_up.more_time"]
    id: FrameId
    data: MoreTimeData


ServingCommand: TypeAlias = (
    ParkContact | UnparkContact | EndConversation | SaveAssignment | MoreTime | ParticipantCommand
)
"""What an agent does with a conversation."""
