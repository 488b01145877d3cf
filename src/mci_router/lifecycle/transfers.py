"""Transfers: a contact that agents have goes to a queue, to another agent, or up the escalation matrix, with what the next one must know.

The ledger comes first here, too. A move to a queue is a rung above the one the contact stands on, so that repeating it is harmless; a
hand-over to an agent stays on its rung. Either way the decision keeps the record of the transfer, which the next agent is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AssignmentGone, NotFound, UnknownAgent, UnknownQueue, WrongState
from mci_router.intake.answer import Answer
from mci_router.intake.masking import mask
from mci_router.lifecycle.open_contact import OpenContact, answer_of
from mci_router.lifecycle.refusals import refusal
from mci_router.models import Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Placement, Standing, Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.decision import escalation_route, queue_route
from mci_router.routing.policy.hours import due_at
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, Severity

AGENT_STATES = (ContactState.QUEUED, ContactState.OFFERED, ContactState.ASSIGNED)
HELD_STATES = (ContactState.OFFERED, ContactState.ASSIGNED)
HANDOFF_FIELDS = ("expectation", "tried", "next_steps")

Record: TypeAlias = dict[str, Any]
"""A transfer as the decision keeps it: `TransferOut` describes it."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Why a contact is passed on, and what the next agent has to know.

    `by` is the agent who does it at a desk, with the `assignment` it must still be; both None for a caller of the API.
    """

    reason: str
    handoff: Mapping[str, str] | None = None
    by: str | None = None
    assignment: str | None = None


def passed_on(reason: str, handoff: Mapping[str, str] | None, *, by: str | None = None, assignment: str | None = None) -> PassedOn:
    """With card numbers masked in every text."""
    masked = {field: mask(handoff[field]).text for field in HANDOFF_FIELDS} if handoff else None
    return PassedOn(mask(reason).text, masked, by, assignment)


class Transfers:
    """Passes contacts on.

    Every method raises NotFound if there is no such contact, WrongState if it stands where this cannot be, AssignmentGone if it is not the
    assignment of the agent who passes it on, and EngineUnavailable.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def to_queue(self, workspace: str, contact_id: str, queue: str, passed: PassedOn, *, warm: bool = False) -> Answer:
        """Moves a contact to a queue with its original age. Warm: its agent keeps it until somebody of that queue accepts.

        Raises UnknownQueue.
        """
        snapshot = await self._snapshots.get(workspace)
        spec = snapshot.queues.get(queue)
        if spec is None:
            raise UnknownQueue(f"There is no queue {queue!r} in this workspace.")
        why, now = f"transferred to {queue}: {passed.reason}", utc_now()
        due = due_at(now, spec.service_level.target_s, spec.hours)
        async with self._database.command() as session:
            found = await self._found(session, workspace, contact_id, passed, (ContactState.ASSIGNED,) if warm else AGENT_STATES)
            found.contact.kind = ContactKind.CUSTOMER  # whatever its words looked like: somebody has read it, and wants it answered
            route = queue_route(snapshot, found.matter, found.facts, spec, "a transfer's", due_at=due, after=found.contact.rung)
            record = _record(found, passed, now, queue=queue, warm=warm)
            decision = await self._climb(found, route, why, record, warm=warm)
        return await self._placed(snapshot, found, decision, warm=warm)

    async def escalate(self, workspace: str, contact_id: str, severity: Severity, passed: PassedOn) -> Answer:
        """Moves a contact to the queue that the escalation matrix names, with its original age and the row's response target.

        Raises UnknownSeverity.
        """
        snapshot, now = await self._snapshots.get(workspace), utc_now()
        async with self._database.command() as session:
            found = await self._found(session, workspace, contact_id, passed, AGENT_STATES)
            found.contact.kind = ContactKind.CUSTOMER
            route = escalation_route(snapshot, found.matter, found.facts, severity, now=now, after=found.contact.rung)
            record = _record(found, passed, now, queue=route.queue.name if route.queue else None, severity=severity)
            decision = await self._climb(found, route, f"escalated as {severity}: {passed.reason}", record)
        return await self._placed(snapshot, found, decision)

    async def requeue(self, workspace: str, contact_id: str, passed: PassedOn) -> Answer:
        """Takes a contact from the agent who is offered it or serves it, back into its line, with its original age and due time."""
        snapshot, now = await self._snapshots.get(workspace), utc_now()
        async with self._database.command() as session:
            found = await self._found(session, workspace, contact_id, passed, HELD_STATES)
            queue = snapshot.queues.get(found.contact.queue or "")
            if queue is None:
                raise UnknownQueue(f"The contact's queue {found.contact.queue!r} is gone: transfer it to another.")
            due = found.contact.due_at or now
            route = queue_route(snapshot, found.matter, found.facts, queue, "its own", due_at=due, after=found.contact.rung)
            record = _record(found, passed, now, queue=queue.name)
            decision = await self._climb(found, route, f"back in line: {passed.reason}", record)
        return await self._placed(snapshot, found, decision)

    async def to_agent(self, workspace: str, contact_id: str, agent: str, passed: PassedOn, *, warm: bool = False) -> Standing:
        """Offers an assigned contact to another agent. Warm: the first keeps it until the second accepts. Cold: it waits for the second.

        Raises UnknownAgent, AgentUnable, AgentNotWorking, AgentNoRoom.
        """
        await self._known_agent(workspace, agent)
        async with self._database.command() as session:
            found = await self._found(session, workspace, contact_id, passed, (ContactState.ASSIGNED,))
            if found.live and (found.live.transferring or found.live.agent == agent):
                why = "is being transferred already" if found.live.transferring else f"is {agent}'s already"
                raise WrongState(f"The contact {why}.", state=found.state)
            record = _record(found, passed, utc_now(), agent=agent, warm=warm)
            _note(found.decision, [*_noted(found.decision), record])
        standing = await self._engine.hand_over(workspace, *_assignment(found), agent, warm=warm)
        if standing.status is not Status.OK:
            await self._forget(workspace, contact_id, record)
            raise AssignmentGone if standing.status is Status.GONE else refusal(standing)
        return standing

    async def offer(self, workspace: str, contact_id: str, agent: str) -> Standing:
        """A supervisor offers a waiting contact to one agent.

        Raises UnknownAgent, AgentUnable, AgentNotWorking, AgentNoRoom.
        """
        await self._known_agent(workspace, agent)
        standing = await self._engine.offer_to(workspace, contact_id, agent)
        if standing.status is Status.UNKNOWN and await self._engine.agent(workspace, agent):
            raise WrongState("The contact does not wait: it has no place yet, or has ended.")
        if standing.status is not Status.OK:
            raise refusal(standing)
        return standing

    async def _known_agent(self, workspace: str, agent: str) -> None:
        if agent not in (await self._snapshots.get(workspace)).agents:
            raise UnknownAgent(f"There is no agent {agent!r} in this workspace.")

    async def _found(
        self, session: AsyncSession, workspace: str, contact_id: str, passed: PassedOn, states: tuple[ContactState, ...]
    ) -> OpenContact:
        """The contact, if it is in one of the states and, where an agent passes it on, that agent's."""
        try:
            found = await OpenContact.locked(session, self._engine, workspace, contact_id)
        except NotFound:
            if passed.by is not None:
                raise AssignmentGone from None
            raise
        if passed.by is not None and not _serves(found, passed):
            raise AssignmentGone
        state = found.state
        if found.moving and found.contact.state is ContactState.ACCEPTED:
            raise WrongState("The contact is on its way to another queue.", state=state)
        if state not in states:
            raise WrongState(f"The contact is {state}: this needs one that is {' or '.join(states)}.", state=state)
        return found

    async def _climb(self, found: OpenContact, route: Route, why: str, record: Record, *, warm: bool = False) -> Decision:
        contact, state = found.contact, found.contact.state
        decision = await found.put_on(route, why)
        _note(decision, [record])
        if warm:
            contact.state = state  # its agent serves it: recovery must not place it as if nobody did
        else:
            contact.answered_at = contact.handled_at = None  # whoever it goes to has not answered it yet
        return decision

    async def _placed(self, snapshot: Snapshot, found: OpenContact, decision: Decision, *, warm: bool = False) -> Answer:
        contact, place = found.contact, outcome_of(found.contact).place(snapshot, found.contact)
        assert isinstance(place, Placement)  # noqa: S101 — a rung of a queue
        callback = place.callback or (found.live is not None and found.live.callback)
        only_from = ContactState.ASSIGNED if _assigned_to(found) else None  # whoever has just completed it keeps it
        # Nobody is preferred: whoever passes it on would be, as a rule.
        place = replace(place, preferred=None, preferred_until=None, callback=callback, warm=warm, passed_on=True, only_from=only_from)
        standing = await self._engine.enqueue(contact.workspace_id, place)
        if standing.status is Status.KNOWN and standing.rung != contact.rung:
            raise WrongState(f"The contact is {standing.state} meanwhile.", state=standing.state)
        return answer_of(contact, decision, standing.state)

    async def _forget(self, workspace: str, contact_id: str, record: Record) -> None:
        """A hand-over that the live state refused did not happen."""
        async with self._database.command() as session:
            decision = (await OpenContact.locked(session, self._engine, workspace, contact_id)).decision
            _note(decision, [other for other in _noted(decision) if other != record])


def _assigned_to(found: OpenContact) -> str | None:
    """The agent who serves it."""
    return found.live.agent if found.live and found.state is ContactState.ASSIGNED else None


def _assignment(found: OpenContact) -> tuple[str, str]:
    """The agent who serves it, and the assignment. Raises AssignmentGone."""
    if found.live is None or found.live.agent is None or found.live.assignment is None:
        raise AssignmentGone
    return found.live.agent, found.live.assignment


def _serves(found: OpenContact, passed: PassedOn) -> bool:
    """Whether it is the agent's who passes it on."""
    return (
        found.live is not None and found.state is ContactState.ASSIGNED and found.live.served_by(passed.by or "", passed.assignment or "")
    )


def _noted(decision: Decision) -> list[Record]:
    return list(decision.route.get("transfers") or [])


def _note(decision: Decision, records: list[Record]) -> None:
    decision.route = {**decision.route, "transfers": records}


def _record(
    found: OpenContact,
    passed: PassedOn,
    at: datetime,
    *,
    queue: str | None = None,
    agent: str | None = None,
    warm: bool = False,
    severity: Severity | None = None,
) -> Record:
    return {
        "at": moment(at),
        "by": passed.by,
        "holder": _assigned_to(found),
        "queue": queue,
        "agent": agent,
        "warm": warm,
        "severity": severity,
        "reason": passed.reason,
        "handoff": dict(passed.handoff) if passed.handoff else None,
    }
