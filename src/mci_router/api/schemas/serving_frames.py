"""Frames of the agent socket by which an agent serves a conversation, and ends it."""

from typing import Literal, TypeAlias

from mci_router.api.schemas.common import Body
from mci_router.api.schemas.frame_ids import AssignmentId, FrameId


class HoldData(Body):
    """The assignment whose customer is meant."""

    assignment_id: AssignmentId


class ParkContact(Body):
    """The agent waits for the customer, and serves others meanwhile."""

    type: Literal["contact.park"]
    id: FrameId
    data: HoldData


class UnparkContact(Body):
    """The agent goes on with a contact that the agent has parked."""

    type: Literal["contact.unpark"]
    id: FrameId
    data: HoldData


ServingCommand: TypeAlias = ParkContact | UnparkContact
"""What an agent does with a conversation."""
