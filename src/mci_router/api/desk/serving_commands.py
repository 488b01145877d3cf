"""Commands about a conversation that an agent serves: it waits for its customer, ends, or is written down."""

from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.dispositions import check_disposition
from mci_router.api.parts import Parts
from mci_router.api.schemas.participant_frames import (
    AcceptInvitation,
    Consult,
    DeclineInvitation,
    HandOverInside,
    LeaveConversation,
    ParticipantCommand,
    ReadAlong,
)
from mci_router.api.schemas.serving_frames import (
    EndConversation,
    MoreTime,
    ParkContact,
    SaveAssignment,
    SaveData,
    ServingCommand,
    UnparkContact,
)
from mci_router.clock import moment
from mci_router.intake.masking import mask
from mci_router.routing.calls import CallResult


class ServingCommands:
    """Carries out one agent's frames about conversations."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def do(self, frame: ServingCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises what the methods of `lifecycle` raise."""
        workspace, agent = self._workspace, self._agent
        parking, ends = self._parts.parking, self._parts.conversation_ends
        match frame:
            case ParkContact(data=data):
                return acked(await parking.park(workspace, agent, data.assignment_id, read_up_to=data.read_up_to))
            case UnparkContact(data=data):
                return acked(await parking.unpark(workspace, agent, data.assignment_id))
            case EndConversation(data=data):
                return acked(await ends.end_mine(workspace, agent, data.contact_id, mask(data.why).text))
            case SaveAssignment(data=data):
                return await self._save(data)
            case MoreTime(data=data):
                return await self._with_end(await ends.more_time(workspace, agent, data.assignment_id, data.s))
            case _:
                return acked(await self._take_part(frame))

    async def _take_part(self, frame: ParticipantCommand) -> CallResult:
        """Carries out what the agent does about the conversations of others."""
        consulting, workspace, agent = self._parts.consulting, self._workspace, self._agent
        match frame:
            case Consult(data=data) if data.agent:
                return await consulting.ask(workspace, agent, data.contact_id, data.agent)
            case Consult(data=data):
                return await consulting.ask_queue(workspace, agent, data.contact_id, str(data.queue))
            case AcceptInvitation(data=data):
                return await consulting.answer(workspace, agent, data.invitation_id, accepted=True)
            case DeclineInvitation(data=declined):
                why = mask(declined.reason).text
                return await consulting.answer(workspace, agent, declined.invitation_id, accepted=False, why=why)
            case LeaveConversation(data=data):
                return await consulting.leave(workspace, agent, data.contact_id)
            case HandOverInside(data=data):
                return await consulting.hand_over(workspace, agent, data.contact_id, data.agent)
            case ReadAlong(data=data):
                return await consulting.read_along(workspace, agent, data.contact_id)

    async def _save(self, data: SaveData) -> dict[str, Any]:
        """Keeps what the agent has written. Raises AssignmentGone, UnknownDisposition."""
        if data.disposition:
            check_disposition(await self._parts.snapshots.get(self._workspace), data.disposition, None)
        disposition = mask(data.disposition).text if data.disposition else None
        words = mask(data.notes).text, disposition
        return acked(await self._parts.conversation_ends.save(self._workspace, self._agent, data.assignment_id, *words))

    async def _with_end(self, result: CallResult) -> dict[str, Any]:
        """Returns what an ack says of a contact in wrap-up, and when that ends."""
        live = await self._parts.engine.contact(self._workspace, result.contact or "")
        ends_at = live.wrap_up_ends_at if live else None
        return {**acked(result), "wrap_up_ends_at": moment(ends_at) if ends_at else None}


def acked(result: CallResult) -> dict[str, Any]:
    """Returns what an ack says of the contact as it is now."""
    return {"contact_id": result.contact, "state": result.state, "assignment_id": result.assignment}
