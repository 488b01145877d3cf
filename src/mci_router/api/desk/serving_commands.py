"""Commands about a conversation that an agent serves: it waits for its customer, ends, or is written down."""

from typing import Any

from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.api.schemas.serving_frames import ParkContact, ServingCommand, UnparkContact
from mci_router.routing.calls import CallResult


class ServingCommands:
    """Carries out one agent's frames about conversations."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def do(self, frame: ServingCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises what the methods of `lifecycle` raise."""
        workspace, agent, parking = self._workspace, self._agent, self._parts.parking
        match frame:
            case ParkContact(data=data):
                return acked(await parking.park(workspace, agent, data.assignment_id))
            case UnparkContact(data=data):
                return acked(await parking.unpark(workspace, agent, data.assignment_id))


def acked(result: CallResult) -> dict[str, Any]:
    """Returns what an ack says of the contact as it is now."""
    return {"contact_id": result.contact, "state": result.state, "assignment_id": result.assignment}
