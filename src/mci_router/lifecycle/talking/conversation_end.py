"""The end of a conversation: its agent wraps up, and keeps what was typed."""

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AssignmentGone, NoMoreTime, NotFound, WrongState
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.rows import latest_decision, locked
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.contacts import contact_of
from mci_router.vocabulary import ContactState, EndedBy

ON_A_RUNG = (ContactState.AUTOMATING, ContactState.POSTED)
TRIES = 3  # an agent may accept it at the same moment


class ConversationEnds:
    """Ends conversations, and keeps what agents write about them.

    Every method raises EngineUnavailable and DatabaseUnavailable.
    """

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch, ending: Endings
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch
        self._ending = ending

    async def end(self, workspace: str, contact_id: str, by: EndedBy, why: str) -> ContactState:
        """Ends the conversation of a contact, and returns its state then. Idempotent.

        An agent who serves it wraps up. One that nobody serves yet is abandoned: its customer has left the line, or the
        answer. An answer that counts as a solution if nobody objects (`at_limit: resolve`) has been one.

        Raises NotFound; WrongState if an agent is said to have ended it, and none serves it.
        """
        for _ in range(TRIES):
            result = await self._end_served(workspace, contact_id, by, why)
            if result.status is not Status.WRONG_STATE and result.state:
                return result.state
            if by is EndedBy.AGENT:
                raise WrongState(f"The contact is {result.state}: no agent serves it.", state=result.state)
            try:
                return await self._end_unserved(workspace, contact_id, result, why)
            except WrongState as wrong:
                raced = wrong
        raise raced

    async def end_mine(self, workspace: str, agent: str, contact_id: str, why: str) -> CallResult:
        """Ends the conversation that an agent serves, or has parked. Idempotent. Raises AssignmentGone."""
        result = await self._engine.end_conversation(workspace, contact_id, EndedBy.AGENT, why, agent=agent)
        if result.status is not Status.OK:
            raise AssignmentGone
        return result

    async def save(
        self, workspace: str, agent: str, assignment: str, notes: str, disposition: str | None
    ) -> CallResult:
        """Keeps notes and disposition of an agent's contact, in conversation and in wrap-up; a disposition of None
        stays as it is. Idempotent. Raises AssignmentGone.
        """
        async with self._database.command() as session:
            try:
                contact = await locked(session, workspace, contact_of(assignment))
            except NotFound:
                raise AssignmentGone from None
            result = await self._engine.save_notes(workspace, agent, assignment, notes, disposition)
            if result.status is not Status.OK:
                raise AssignmentGone
            contact.notes = notes or None
            if disposition:
                contact.disposition = disposition
        return result

    async def more_time(self, workspace: str, agent: str, assignment: str, seconds: float) -> CallResult:
        """Makes a wrap-up longer, up to what its queue allows. Raises AssignmentGone, NoMoreTime."""
        result = await self._engine.more_time(workspace, agent, assignment, round(seconds * 1000))
        if result.status is Status.NO_ROOM:
            raise NoMoreTime
        if result.status is not Status.OK:
            raise AssignmentGone
        return result

    async def _end_served(self, workspace: str, contact_id: str, by: EndedBy, why: str) -> CallResult:
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            result = await self._engine.end_conversation(workspace, contact_id, by, why)
            if result.status is Status.UNKNOWN and not contact.state.final:
                await self._dispatch.send(await self._snapshots.get(workspace), contact)
                result = await self._engine.end_conversation(workspace, contact_id, by, why)
            if result.status is Status.UNKNOWN:
                return CallResult(Status.CLOSED, contact=contact_id, state=contact.state)
        return result

    async def _end_unserved(self, workspace: str, contact_id: str, result: CallResult, why: str) -> ContactState:
        state, reason = ContactState.ABANDONED, why
        if result.state in ON_A_RUNG:
            async with self._database.transaction() as session:
                contact = await locked(session, workspace, contact_id)
                decision = await latest_decision(session, contact)
            if decision.route.get("at_limit") == "resolve" and not contact.asking:
                state, reason = ContactState.RESOLVED, outcome_of(contact).silence
        ended = await self._ending.end(workspace, contact_id, state, reason, only_from=result.state)
        return ended.state or state
