"""Parking: a written contact waits for its customer, its agent serves others, and the next message brings it back."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AssignmentGone, SpokenChannel, WrongState
from mci_router.lifecycle.refusals import refusal
from mci_router.lifecycle.rows import latest_decision, locked
from mci_router.models import Contact
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.hours import due_at
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState

INACTIVE = "customer_inactive"
"""The disposition of a contact that ended because its customer was silent, and why it ended."""

DEFAULT_LANGUAGE = "en"

SAID_MORE = """
SELECT FROM contacts c JOIN messages m ON m.case_id = c.case_id AND m.received_at >= c.accepted_at
WHERE c.workspace_id = $1 AND c.id = $2 AND m.contact_id = c.id AND m.kind = 'customer' AND m.seq > $3 LIMIT 1
"""

Say: TypeAlias = Callable[[str, str, str], Awaitable[None]]
"""Writes a text for the customer of a workspace's contact that has ended, in a transaction of its own."""


class Parking:
    """Parks contacts, and brings them back. `say` is set by the room that keeps messages; without it the text for a
    silent customer is only in the journal.

    Every method raises EngineUnavailable and DatabaseUnavailable.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self.say: Say | None = None

    async def park(self, workspace: str, agent: str, assignment: str, *, read_up_to: int | None = None) -> CallResult:
        """Parks an agent's contact, and brings it back at once if its customer has said more than the agent has read,
        which is up to message `read_up_to` of the case. Idempotent.

        Raises AssignmentGone, WrongState, SpokenChannel.
        """
        result = _parked(await self._engine.park(workspace, agent, assignment))
        # Looked at once it is parked: what comes later brings it back by itself.
        if read_up_to is None or not await self._database.read(SAID_MORE, workspace, result.contact, read_up_to):
            return result
        return await self.customer_wrote(workspace, str(result.contact)) or result

    async def unpark(self, workspace: str, agent: str, assignment: str) -> CallResult:
        """Gives an agent a contact back that the agent has parked. Idempotent.

        Raises AssignmentGone, AgentUnable, AgentNotWorking, AgentNoRoom.
        """
        return _given_back(await self._engine.unpark(workspace, agent, assignment))

    async def park_for(self, workspace: str, contact_id: str, note: Note) -> CallResult:
        """Parks a contact that somebody else serves. Raises NotFound, AssignmentGone, WrongState, SpokenChannel."""
        async with self._database.command() as session:
            assignment = await self._assignment(session, workspace, contact_id, note)
            return _parked(await self._engine.park(workspace, "", assignment))

    async def unpark_for(self, workspace: str, contact_id: str, note: Note) -> CallResult:
        """Gives a parked contact back to its agent. Raises NotFound, and what `unpark` raises."""
        async with self._database.command() as session:
            assignment = await self._assignment(session, workspace, contact_id, note)
            return _given_back(await self._engine.unpark(workspace, "", assignment))

    async def customer_wrote(self, workspace: str, contact_id: str) -> CallResult | None:
        """Brings a contact back whose customer has written, if it is parked. Idempotent.

        It goes to the agent who parked it, at once if that agent works, even if suspended, and has room. Else it waits
        in its line with its age, due from now on as its queue says, where an agent who works may take it first for
        `return_to_agent_s`.

        Returns where it is then; None if it was not parked. Raises NotFound.
        """
        live = await self._engine.contact(workspace, contact_id)
        if live is None or live.state is not ContactState.WAITING_FOR_CUSTOMER:
            return None
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            now = utc_now()
            due = _due(snapshot, contact, now)
            result = await self._engine.customer_wrote(workspace, contact_id, to_ms(due))
            if result.status is Status.OK and result.state is not ContactState.ASSIGNED:
                contact.due_at = due
                await _count_from(session, contact, now)
        return result if result.status is Status.OK else None

    async def close_inactive(self, workspace: str, contact_id: str) -> None:
        """Completes a parked contact whose customer has been silent for as long as its queue waits. Raises NotFound."""
        snapshot = await self._snapshots.get(workspace)
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            queue = snapshot.queues.get(contact.queue or "")
            text = in_language(queue.inactivity_message if queue else {}, contact.language)
            result = await self._engine.close_inactive(workspace, contact_id, INACTIVE, text or "")
        if result.status is Status.OK and text and self.say:  # not before: it would wait for the row that is locked
            await self.say(workspace, contact_id, text)

    async def _assignment(self, session: AsyncSession, workspace: str, contact_id: str, note: Note) -> str:
        """Returns the assignment of a contact, whose row is locked, and records who does something to it."""
        await locked(session, workspace, contact_id)
        live = await self._engine.contact(workspace, contact_id)
        if live is None or live.assignment is None or live.state.final:
            raise WrongState("The contact is with no agent.", state=live.state if live else None)
        await note.record(session, {"state": live.state, "queue": live.queue, "agent": live.agent})
        return live.assignment


def in_language(texts: Mapping[str, str], language: str | None) -> str | None:
    """Returns the text in a language, else the English one, else any; None if there is none."""
    return texts.get(language or "") or texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), None)


async def _count_from(session: AsyncSession, contact: Contact, now: datetime) -> None:
    """Has the contact's target count from now on, also when its place is derived again."""
    decision = await latest_decision(session, contact)
    if joined := decision.route.get("joined"):
        decision.route = {**decision.route, "joined": {**joined, "since": now.isoformat(), "due": None}}


def _due(snapshot: Snapshot, contact: Contact, now: datetime) -> datetime:
    queue = snapshot.queues.get(contact.queue or "")
    if queue is None:
        return now
    interim = snapshot.interim_level(
        queue.name, priority=contact.priority, topic=contact.topic, channel=contact.channel, at=now
    )
    if interim:
        return due_at(now, interim.of.within_s, interim.of.hours)
    return due_at(now, queue.service_level.target_s, queue.hours)


def _parked(result: CallResult) -> CallResult:
    if result.status is Status.GONE:
        raise AssignmentGone
    if result.status is Status.UNABLE:
        raise SpokenChannel
    if result.status is not Status.OK:
        raise WrongState("The contact is being transferred: call that off first.", state=result.state)
    return result


def _given_back(result: CallResult) -> CallResult:
    if result.status is Status.GONE:
        raise AssignmentGone
    if result.status is not Status.OK:
        raise refusal(result)
    return result
