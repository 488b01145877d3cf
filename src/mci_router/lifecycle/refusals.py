"""What a refusal of the live state means to whoever asked. Pure."""

from mci_router.errors import AgentNoRoom, AgentNotWorking, AgentUnable, Problem, UnknownAgent, WrongState
from mci_router.routing.calls import Standing, Status

OF_AGENTS: dict[Status, type[Problem]] = {
    Status.UNABLE: AgentUnable,
    Status.NOT_WORKING: AgentNotWorking,
    Status.NO_ROOM: AgentNoRoom,
}


def refusal(standing: Standing) -> Problem:
    """The problem that a status other than OK is."""
    if standing.status in OF_AGENTS:
        return OF_AGENTS[standing.status]()
    if standing.status is Status.UNKNOWN:
        return UnknownAgent("The live state does not know the contact or the agent yet. Try again in a moment.")
    return WrongState(f"The contact is {standing.state}: that does not allow it.", state=standing.state)
