"""Frames of the agent socket `mci.v1` from the desk: `{type, id, data}`.

`asyncapi.yaml` describes the frames that the desk gets.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from mci_router.api.schemas.answer_frames import AnswerCommand
from mci_router.api.schemas.common import Body
from mci_router.api.schemas.customers import AddressName, Attributes, CustomerId, CustomerName
from mci_router.api.schemas.frame_ids import AssignmentId, ContactId, FrameId, OfferId, Reason
from mci_router.api.schemas.guide_frames import GuideCommand
from mci_router.api.schemas.message_frames import MessageCommand
from mci_router.api.schemas.plan_frames import PlanCommand
from mci_router.api.schemas.retention import RetentionGiven
from mci_router.api.schemas.run_frames import RunCommand
from mci_router.api.schemas.serving_frames import HoldData, ServingCommand
from mci_router.api.schemas.transfers import Escalation, Transfer
from mci_router.lazy_schemas import WHEN_USED
from mci_router.specs.base import Name
from mci_router.vocabulary import Presence


class PresenceData(Body):
    """The presence that the agent wants."""

    state: Presence
    reason: Reason = ""


class SetPresence(Body):
    """The agent comes, goes, or takes a break."""

    type: Literal["presence.set"]
    id: FrameId
    data: PresenceData


class AcceptData(Body):
    """The offer to accept."""

    offer_id: OfferId


class AcceptOffer(Body):
    """The agent takes the contact."""

    type: Literal["offer.accept"]
    id: FrameId
    data: AcceptData


class DeclineData(AcceptData):
    """The offer to decline, and why."""

    reason: Reason = ""


class DeclineOffer(Body):
    """The agent leaves the contact to another agent."""

    type: Literal["offer.decline"]
    id: FrameId
    data: DeclineData


class CompleteData(Body):
    """The assignment, and how its conversation ended."""

    assignment_id: AssignmentId
    disposition: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Field(examples=["solved"])
    ]
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] = ""
    topic: Annotated[
        Name | None,
        Field(description="What the contact was about, as the agent sees it; null: the agent does not say."),
    ] = None
    retention: Annotated[
        RetentionGiven | None, Field(description="For a topic with `value: retention`: whether the customer stays.")
    ] = None


class CompleteAssignment(Body):
    """The conversation is over; wrap-up begins where the queue has it."""

    type: Literal["assignment.complete"]
    id: FrameId
    data: CompleteData


class WrapUpData(Body):
    """The assignment wrapped up."""

    assignment_id: AssignmentId


class EndWrapUp(Body):
    """The agent has done the after-call work."""

    type: Literal["wrap_up.done"]
    id: FrameId
    data: WrapUpData


class HoldContact(Body):
    """The agent puts the customer on hold."""

    type: Literal["contact.hold"]
    id: FrameId
    data: HoldData


class ResumeContact(Body):
    """The agent takes the customer off hold."""

    type: Literal["contact.resume"]
    id: FrameId
    data: HoldData


class TransferData(Transfer):
    """The assignment, and where its contact goes."""

    assignment_id: AssignmentId


class TransferAssignment(Body):
    """The agent passes the contact on."""

    type: Literal["assignment.transfer"]
    id: FrameId
    data: TransferData


class CancelTransferData(Body):
    """The assignment whose warm transfer to call off."""

    assignment_id: AssignmentId


class CancelTransfer(Body):
    """The agent keeps the contact after all."""

    type: Literal["transfer.cancel"]
    id: FrameId
    data: CancelTransferData


class EscalateData(Escalation):
    """The assignment, the severity, and the handoff."""

    assignment_id: AssignmentId


class EscalateAssignment(Body):
    """The agent passes the contact up the escalation matrix."""

    type: Literal["assignment.escalate"]
    id: FrameId
    data: EscalateData


class VerifyData(Body):
    """The assignment, and the customer where there are several candidates."""

    assignment_id: AssignmentId
    customer_id: CustomerId | None = None


class VerifyContact(Body):
    """The agent has asked the agreed questions: the customer is who the contact claims."""

    type: Literal["contact.verify"]
    id: FrameId
    data: VerifyData


class ChangeData(Body):
    """The assignment, and the change of its customer.

    What is left out stays; an attribute that is null is removed.
    """

    assignment_id: AssignmentId
    name: CustomerName | None = None
    attributes: Attributes = {}
    add: Annotated[list[AddressName], Field(max_length=20)] = []
    remove: Annotated[list[AddressName], Field(max_length=20)] = []


class ChangeCustomer(Body):
    """The agent changes what is known of the customer."""

    type: Literal["customer.change"]
    id: FrameId
    data: ChangeData


class PullData(Body):
    """The waiting contact."""

    contact_id: ContactId


class PullContact(Body):
    """The agent takes a waiting contact."""

    type: Literal["contact.pull"]
    id: FrameId
    data: PullData


class LineData(Body):
    """The queue whose contacts to list; null: all queues."""

    queue: Name | None = None


class ListLine(Body):
    """Lists the waiting contacts that this agent is able to serve."""

    type: Literal["line.list"]
    id: FrameId
    data: LineData = LineData()


class DirectoryData(Body):
    """Part of the names or titles to list; empty: all."""

    search: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""


class ListConversations(Body):
    """Lists conversations of other agents that this agent may read along."""

    type: Literal["conversation.list"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


class ListDirectory(Body):
    """Lists where a contact can be transferred to."""

    type: Literal["directory.list"]
    id: FrameId
    data: DirectoryData = DirectoryData()


class ReadWorkspace(Body):
    """Reads the workspace's words: titles of queues, topics and agents, and the dispositions."""

    type: Literal["workspace.read"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


class Heartbeat(Body):
    """The desk is still there."""

    type: Literal["heartbeat"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


Command: TypeAlias = (
    AcceptOffer
    | DeclineOffer
    | CompleteAssignment
    | EndWrapUp
    | HoldContact
    | ResumeContact
    | ServingCommand
    | TransferAssignment
    | CancelTransfer
    | EscalateAssignment
    | VerifyContact
    | ChangeCustomer
    | PullContact
    | ListLine
    | ListConversations
    | ListDirectory
    | ReadWorkspace
    | MessageCommand
    | AnswerCommand
    | GuideCommand
    | RunCommand
    | PlanCommand
)
"""What an agent does with contacts; the other frames are about the desk itself."""

Frame: TypeAlias = Annotated[SetPresence | Command | Heartbeat, Field(discriminator="type")]
FRAME: TypeAdapter[Frame] = TypeAdapter(Frame, config=WHEN_USED)
