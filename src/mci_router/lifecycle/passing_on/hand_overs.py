"""Hand-overs: a contact goes to an agent whom a person names, and stays in its queue and on its rung."""

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AssignmentGone, UnknownAgent, WrongState
from mci_router.lifecycle.lines import topic_skills
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.passing_on.passed_contact import locked_in
from mci_router.lifecycle.passing_on.transfer_records import (
    PassedOn,
    Record,
    assignment_of,
    keep_records,
    record_of,
    records_of,
    refuse_more,
)
from mci_router.lifecycle.refusals import refusal
from mci_router.lifecycle.rows import latest_decision, locked
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.contacts import contact_of
from mci_router.vocabulary import ContactState


class HandOvers:
    """Gives contacts to agents by name.

    Every method raises UnknownAgent, AgentUnable, AgentNotWorking, AgentNoRoom, NotFound, WrongState and
    EngineUnavailable.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def transfer(
        self,
        workspace: str,
        contact_id: str,
        agent: str,
        passed: PassedOn,
        *,
        warm: bool = False,
        keep_skills: bool = False,
        force: bool = False,
    ) -> CallResult:
        """Offers an assigned contact to another agent.

        Warm: the first keeps it until the second accepts. Cold: it waits for the second, unless its queue is closed:
        then the second is asked at once with `force`, and it is refused without. If only what its topic asks is in the
        agent's way, the contact no longer asks that, unless `keep_skills`.

        Raises QueueClosed, too; AssignmentGone if the agent who passes it on does not have that assignment.
        """
        await self._known_agent(workspace, agent)
        async with self._database.command() as session:
            current = await locked_in(session, self._engine, workspace, contact_id, passed, (ContactState.ASSIGNED,))
            refuse_more(current.decisions)
            if current.live and (current.live.transferring or current.live.agent == agent):
                why = "is being transferred already" if current.live.transferring else f"is {agent}'s already"
                raise WrongState(f"The contact {why}.", state=current.state)
            record = record_of(current.live, passed, utc_now(), agent=agent, warm=warm)
            keep_records(current.decision, [*records_of(current.decision), record])
        assignment = assignment_of(current.live)
        result = await self._engine.hand_over(workspace, *assignment, agent, warm=warm, force=force)
        if result.status is Status.UNABLE and not keep_skills:
            result = await self._without_topic_skills(workspace, assignment, agent, result, warm=warm, force=force)
        if result.status is not Status.OK:
            await self._forget(workspace, contact_id, record, passed.note)
            raise AssignmentGone if result.status is Status.GONE else refusal(result)
        return result

    async def _without_topic_skills(
        self, workspace: str, assignment: tuple[str, str], agent: str, refused: CallResult, *, warm: bool, force: bool
    ) -> CallResult:
        """Offers a contact to an agent without what its topic asks. Refused again, it asks what it asked before."""
        snapshot, contact_id = await self._snapshots.get(workspace), contact_of(assignment[1])
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            asked = await topic_skills.drop(self._engine, snapshot, current)
        if asked is None:
            return refused
        result = await self._engine.hand_over(workspace, *assignment, agent, warm=warm, force=force)
        if result.status is not Status.OK:
            async with self._database.command() as session:
                current = await OpenContact.locked(session, self._engine, workspace, contact_id)
                await topic_skills.ask_again(self._engine, snapshot, current, asked)
        return result

    async def offer(self, workspace: str, contact_id: str, agent: str) -> CallResult:
        """Offers a waiting contact to the agent whom a supervisor names."""
        await self._known_agent(workspace, agent)
        result = await self._engine.offer_to(workspace, contact_id, agent)
        if result.status is Status.UNKNOWN and await self._engine.agent(workspace, agent):
            raise WrongState("The contact does not wait: it is in no line yet, or has ended.")
        if result.status is not Status.OK:
            raise refusal(result)
        return result

    async def _known_agent(self, workspace: str, agent: str) -> None:
        if agent not in (await self._snapshots.get(workspace)).agents:
            raise UnknownAgent(f"There is no agent {agent!r} in this workspace.")

    async def _forget(self, workspace: str, contact_id: str, record: Record, note: Note | None) -> None:
        """Removes the record of a hand-over that the live state refused."""
        async with self._database.transaction() as session:
            if note:
                await note.undo(session)
            decision = await latest_decision(session, await locked(session, workspace, contact_id))
            keep_records(decision, [other for other in records_of(decision) if other != record])
