"""Transfers: a contact that agents have goes to a queue or up the escalation matrix, with notes for the next agent.

The ledger comes first here, too. A move to a queue is a rung above the contact's own, so that it is idempotent. The
decision keeps the record of the transfer, which the next agent sees.
"""

from dataclasses import replace
from datetime import datetime

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import AssignmentGone, UnknownQueue, WrongState
from mci_router.intake.answer import Answer
from mci_router.lifecycle.lines.closed_queues import tell_if_closed
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.passing_on.escalations import begin, route_and_people
from mci_router.lifecycle.passing_on.passed_contact import locked_in
from mci_router.lifecycle.passing_on.transfer_records import (
    PassedOn,
    Record,
    assignment_of,
    keep_records,
    record_of,
    refuse_more,
    serving_agent,
)
from mci_router.lifecycle.passing_on.undoing import undo_move
from mci_router.lifecycle.passing_on.warm_transfers import look_for_another, note_called_off, pass_on
from mci_router.lifecycle.seen.contact_answers import answer_of
from mci_router.models import Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import CallResult, Placement, Serving, Settlement, Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.passing import Passing, refuse_unservable, requeue_route, transfer_route
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, LeftAs, Severity

AGENT_STATES = (
    ContactState.QUEUED,
    ContactState.OFFERED,
    ContactState.ASSIGNED,
    ContactState.WAITING_FOR_CUSTOMER,
)
WITH_AN_AGENT = (ContactState.OFFERED, ContactState.ASSIGNED, ContactState.WAITING_FOR_CUSTOMER)


class Transfers:
    """Passes contacts on.

    Every method raises NotFound if there is no such contact, WrongState if its state does not allow it, AssignmentGone
    if the agent who passes it on does not have that assignment, and EngineUnavailable.
    """

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._foresight = Foresight(engine)

    async def to_queue(
        self,
        workspace: str,
        contact_id: str,
        queue: str,
        passed: PassedOn,
        *,
        warm: bool = False,
        keep_skills: bool = False,
        force: bool = False,
    ) -> Answer:
        """Moves a contact to a queue with its original age, or to where the queue sends contacts while it is closed.

        It no longer asks what its topic asks, unless `keep_skills`. Warm: its agent keeps it until an agent of that
        queue accepts.

        Raises UnknownQueue; NobodyCanServe unless `force`.
        """
        snapshot = await self._snapshots.get(workspace)
        spec = snapshot.queues.get(queue)
        if spec is None:
            raise UnknownQueue(f"There is no queue {queue!r} in this workspace.")
        why, now = f"transferred to {queue}: {passed.reason}", utc_now()
        async with self._database.command() as session:
            current = await locked_in(
                session, self._engine, workspace, contact_id, passed, (ContactState.ASSIGNED,) if warm else AGENT_STATES
            )
            refuse_more(current.decisions)
            # Whatever it looked like: a person has read it, and wants it answered.
            current.contact.kind = ContactKind.CUSTOMER
            passing = await _passing(snapshot, current, now)
            if warm:
                passing = replace(passing, may_post=False)  # its agent keeps it
            route = transfer_route(passing, spec, keep_skills=keep_skills)
            if not force:
                refuse_unservable(route, len(snapshot.staffing))
            if not (warm or force):
                route = await current.joining(snapshot, self._foresight, route, now)
            record = record_of(current.live, passed, now, queue=_name(route), warm=warm)
            if warm:
                current.contact.kind = current.before["kind"]  # until somebody accepts
                route = await self._foresight.expecting(workspace, route, current.contact.channel)
                decision = pass_on(current, route, why, record, now)
            else:
                decision = await self.climb(snapshot, current, route, why, record)
        if warm:
            return await look_for_another(self._database, self._engine, snapshot, current, decision, passed)
        return await self.send_on(snapshot, current, decision, passed)

    async def escalate(
        self, workspace: str, contact_id: str, severity: Severity, passed: PassedOn, *, force: bool = False
    ) -> Answer:
        """Moves a contact to the queue that the escalation matrix names, with its original age and the row's response
        target. A P1 goes where somebody works now, or waits in the row's queue if that is open.

        Where nobody works and the row has people, the one on duty is paged.

        Raises UnknownSeverity; NobodyCanServe, and NobodyWorks for a P1, unless `force`.
        """
        snapshot, now = await self._snapshots.get(workspace), utc_now()
        async with self._database.command() as session:
            current = await locked_in(session, self._engine, workspace, contact_id, passed, AGENT_STATES)
            refuse_more(current.decisions)
            current.contact.kind = ContactKind.CUSTOMER
            route, people = await route_and_people(
                self._engine, await _passing(snapshot, current, now), severity, force=force
            )
            record = record_of(current.live, passed, now, queue=_name(route), severity=severity)
            decision = await self.climb(snapshot, current, route, f"escalated as {severity}: {passed.reason}", record)
            if people:
                await begin(session, current.contact, snapshot.escalations[severity], people, now)
        target_s = snapshot.escalations[severity].target_s
        return await self.send_on(snapshot, current, decision, passed, LeftAs.ESCALATED, target_s)

    async def requeue(self, workspace: str, contact_id: str, passed: PassedOn) -> Answer:
        """Takes a contact from the agent who is offered it or serves it, back into its line, with its original age and
        due time; if its queue has closed, to where that sends its contacts.
        """
        snapshot, now = await self._snapshots.get(workspace), utc_now()
        async with self._database.command() as session:
            current = await locked_in(session, self._engine, workspace, contact_id, passed, WITH_AN_AGENT)
            refuse_more(current.decisions)
            queue = snapshot.queues.get(current.contact.queue or "")
            if queue is None:
                raise UnknownQueue(f"The contact's queue {current.contact.queue!r} is gone: transfer it to another.")
            route = requeue_route(await _passing(snapshot, current, now), queue)
            record = record_of(current.live, passed, now, queue=_name(route))
            decision = await self.climb(snapshot, current, route, f"back in line: {passed.reason}", record)
        return await self.send_on(snapshot, current, decision, passed)

    async def cancel(self, workspace: str, contact_id: str, passed: PassedOn) -> CallResult:
        """Calls off a warm transfer that nobody has accepted: the contact stays with its agent, in its own queue.

        Raises WrongState also if no warm transfer is under way.
        """
        async with self._database.command() as session:
            current = await locked_in(session, self._engine, workspace, contact_id, passed, (ContactState.ASSIGNED,))
            _, assignment = assignment_of(current.live)
            result = await self._engine.cancel_transfer(workspace, passed.by or "", assignment)
            if result.status is Status.GONE:
                raise AssignmentGone
            if result.status is not Status.OK:
                raise WrongState("No warm transfer of the contact is under way.", state=current.state)
            note_called_off(current, utc_now())
        return result

    async def climb(self, snapshot: Snapshot, current: OpenContact, route: Route, why: str, record: Record) -> Decision:
        """Puts a contact that agents have on a rung above its own, in the ledger, and keeps the record of it; the
        caller sends it on afterwards.
        """
        contact = current.contact
        if route.expected_wait is None:
            route = await self._foresight.expecting(snapshot.workspace_id, route, contact.channel)
        decision = await current.put_on(route, why)
        keep_records(decision, [record])
        contact.answered_at = contact.handled_at = None  # the agent it goes to has not answered it yet
        if serving_agent(current.live):
            contact.callback_at = None  # a customer who was called back is on the line
        return decision

    async def send_on(
        self,
        snapshot: Snapshot,
        current: OpenContact,
        decision: Decision,
        passed: PassedOn,
        left_as: LeftAs = LeftAs.TRANSFERRED,
        target_s: float | None = None,
    ) -> Answer:
        """Sends a contact to where its new rung says, with its original age. Raises WrongState if it has ended, or an
        agent has just completed it: then the move is undone.
        """
        contact = current.contact
        call = self._call(snapshot, current, left_as, target_s)
        result = await self._engine.carry_out(contact.workspace_id, call)
        # On a higher rung it has been on this one: nobody moves it further before it is there.
        if result.status is Status.KNOWN and (result.rung is None or result.rung < contact.rung):
            await undo_move(self._database, self._engine, current, decision, passed.note)
            raise WrongState(f"The contact has become {result.state}.", state=result.state)
        await tell_if_closed(self._engine, contact, decision)
        return answer_of(contact, decision, result.state)

    def _call(
        self, snapshot: Snapshot, current: OpenContact, left_as: LeftAs, target_s: float | None
    ) -> Placement | Serving:
        """Returns the call that puts the contact in line, or has the community asked for a queue that is closed."""
        call = outcome_of(current.contact).engine_call(snapshot, current.contact)
        assert not isinstance(call, Settlement)  # noqa: S101 — a queue or the community
        served = serving_agent(current.live) is not None
        only_from = ContactState.ASSIGNED if served else None  # an agent who has just completed it keeps it
        if isinstance(call, Serving):
            return replace(call, only_from=only_from, left_as=left_as)
        # No agent is preferred: it would be, as a rule, the one who passes it on.
        return replace(
            call,
            preferred=None,
            preferred_until=None,
            callback=(call.callback or bool(current.live and current.live.callback)) and not served,
            passed_on=True,
            only_from=only_from,
            left_as=left_as,
            target_ms=call.target_ms if target_s is None else round(target_s * 1000),
        )


async def _passing(snapshot: Snapshot, current: OpenContact, now: datetime) -> Passing:
    return Passing(
        snapshot,
        current.matter,
        current.facts,
        now,
        current.highest_rung,
        current.contact.queue,
        current.joined,
        may_post=not await current.was_posted(),
    )


def _name(route: Route) -> str | None:
    """Returns the queue to which the contact goes, or went while that was closed."""
    return route.queue.name if route.queue else route.instead_of
