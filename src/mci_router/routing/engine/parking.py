"""Parking in the live state: a written contact waits for its customer, and its agent serves others."""

from mci_router.routing.calls import CallResult
from mci_router.routing.engine.connection import Connection
from mci_router.routing.engine.contacts import contact_of


class ParkingFunctions(Connection):
    """The functions that park contacts, and bring them back."""

    async def park(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Parks an assigned contact. Idempotent.

        GONE if the assignment is not the agent's (an empty `agent`: any agent's), or its conversation is over;
        WRONG_STATE while a transfer is under way; UNABLE on a channel that is spoken.
        """
        return await self._contact(workspace, "park", agent, assignment, contact_of(assignment))

    async def unpark(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Gives a parked contact back to the agent who parked it. Idempotent.

        GONE if the assignment is not the agent's (an empty `agent`: any agent's), or its conversation is over; refused
        as `pull` is.
        """
        return await self._contact(workspace, "unpark", agent, assignment, contact_of(assignment))

    async def customer_wrote(self, workspace: str, contact: str, due_at: int) -> CallResult:
        """Brings a parked contact back: to its agent at once, or else into its line, due at `due_at` (ms). Idempotent.

        KNOWN if it is not parked; CLOSED once it has ended; UNKNOWN.
        """
        return await self._contact(workspace, "customer_wrote", contact, due_at)

    async def close_inactive(self, workspace: str, contact: str, disposition: str, message: str) -> CallResult:
        """Completes a parked contact whose customer is silent. KNOWN if its time is not over, or it is not parked."""
        return await self._contact(workspace, "close_inactive", contact, disposition, message)
