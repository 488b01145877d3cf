"""Refusals of the live state as problems for the caller. Pure."""

from mci_router.errors import AgentNoRoom, AgentNotWorking, AgentUnable, Problem, QueueClosed, UnknownAgent, WrongState
from mci_router.routing.calls import CallResult, Status

OF_AGENTS: dict[Status, type[Problem]] = {
    Status.UNABLE: AgentUnable,
    Status.NOT_WORKING: AgentNotWorking,
    Status.NO_ROOM: AgentNoRoom,
}


def refusal(result: CallResult) -> Problem:
    """Returns the problem for a status other than OK."""
    if result.status in OF_AGENTS:
        return OF_AGENTS[result.status]()
    if result.status is Status.CLOSED:
        return QueueClosed(f"Queue {result.queue} is closed.", queue=result.queue)
    if result.status is Status.UNKNOWN:
        return UnknownAgent("The live state does not know the contact or the agent yet. Try again in a moment.")
    return WrongState(f"The contact is {result.state}: that does not allow it.", state=result.state)
