"""Conversations in the live state: they end, and their agents write down what came of them."""

from mci_router.routing.calls import CallResult
from mci_router.routing.engine.connection import Connection
from mci_router.routing.engine.contacts import contact_of
from mci_router.vocabulary import EndedBy


class ConversationFunctions(Connection):
    """The functions that end conversations, and keep what agents write."""

    async def end_conversation(
        self, workspace: str, contact: str, by: EndedBy, why: str, *, agent: str = ""
    ) -> CallResult:
        """Ends the conversation with an agent, who wraps up; a parked contact is completed. Idempotent.

        CLOSED if the contact has ended; WRONG_STATE if nobody serves it; GONE if not this `agent` does; UNKNOWN.
        """
        return await self._contact(workspace, "end_conversation", contact, by, why, agent)

    async def save_notes(
        self, workspace: str, agent: str, assignment: str, notes: str, disposition: str | None
    ) -> CallResult:
        """Keeps what an agent has written so far. GONE if the assignment is not the agent's, or is over. Idempotent."""
        return await self._contact(
            workspace, "save_notes", agent, assignment, contact_of(assignment), notes, disposition or ""
        )

    async def more_time(self, workspace: str, agent: str, assignment: str, ms: int) -> CallResult:
        """Makes a wrap-up longer. GONE if the assignment is not in wrap-up, or not the agent's; NO_ROOM at the most."""
        return await self._contact(workspace, "more_time", agent, assignment, contact_of(assignment), ms)
