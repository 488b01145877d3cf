"""Approvals: a run that moves much waits for a person, who is asked by a task of its own, linked to the case.

Four eyes: who has started the run, or has written to its customer, does not decide about it. A decision is bound
to the hash of the input that was looked at, and taken by one guarded statement: of two who decide at once, one does.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import ApprovalSettled, ApprovalVoid, EngineUnavailable, NotFound, OtherEyes, Problem, WrongState
from mci_router.intake.arrival import Arrival, Joins
from mci_router.intake.masking import mask
from mci_router.intake.reception import Reception
from mci_router.intake.tasks import Task
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.ending import Endings
from mci_router.models import Contact, Message, RunApproval, WorkflowRun
from mci_router.routing.engine.shards import each_after
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.vocabulary import ApprovalState, Channel, ContactState, MessageKind, RunState, Trust
from mci_router.workflows.creating import input_hash
from mci_router.workflows.runs import Runs
from mci_router.workflows.states import FOLLOW_S, in_s, move, run_of

log = logging.getLogger(__name__)

QUEUE = "approvals"
DECLINED = "declined"
BATCH = 50
PENDING = "EXISTS (SELECT FROM run_approvals WHERE state = 'waiting' AND contact_id IS NULL)"
MOST_FIELDS = 20  # of an input that a task names


class Approvals:
    """Asks people for approval, and takes their word."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        runs: Runs,
        reception: Reception,
        delivery: Delivery,
        endings: Endings,
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._runs = runs
        self._reception = reception
        self._delivery = delivery
        self._endings = endings

    async def ask(self, run: WorkflowRun) -> float:
        """Makes the task by which a person is asked about a run. Idempotent.

        Returns for how many seconds a person may decide. Raises EngineUnavailable.
        """
        snapshot = await self._snapshots.get(run.workspace_id)
        spec = snapshot.of(WorkflowSpec).get(run.workflow)
        if spec is None or spec.approval is None:
            return 0
        expires_s = spec.approval.expires_s
        async with self._database.transaction() as session:
            about = await session.get(Contact, run.contact_id) if run.contact_id else None
            approval = await session.get(RunApproval, run.id)
        if approval is None or approval.contact_id is not None or approval.state is not ApprovalState.WAITING:
            return expires_s
        try:
            answer = await self._delivery.accept(await self._arrival(snapshot, spec, run, about))
        except EngineUnavailable:
            raise
        except Problem as problem:
            log.warning("nobody could be asked about run %s: %s", run.id, problem.slug)
            return expires_s
        task = answer.contact if isinstance(answer, Joins) else str(answer["id"])
        async with self._database.transaction() as session:
            mine = RunApproval.run_id == run.id
            await session.execute(update(RunApproval).where(mine).values(contact_id=task))
        return expires_s

    async def turn(self) -> None:
        """Asks about runs of which nobody was asked, because a process died.

        Raises EngineUnavailable when the others are asked about, if a shard is away.
        """
        query = select(WorkflowRun).join(RunApproval, RunApproval.run_id == WorkflowRun.id)
        unasked = RunApproval.state == ApprovalState.WAITING, RunApproval.contact_id.is_(None)

        async def read(last: WorkflowRun | None) -> Sequence[WorkflowRun]:
            page = query.where(*unasked, WorkflowRun.id > (last.id if last else "")).order_by(WorkflowRun.id)
            async with self._database.reading() as session:
                return (await session.scalars(page.limit(BATCH))).all()

        await each_after(read, BATCH, self.ask)

    async def decide(
        self,
        workspace: str,
        run_id: str,
        by: str,
        note: Note,
        *,
        agreed: bool,
        seen: str,
        reason: str,
        task: str | None = None,
    ) -> WorkflowRun:
        """Approves a run, or declines it, and has it go on. `seen` is the hash of the input that was looked at; `task`
        is what the agent who decides has, if it is one.

        Raises:
            NotFound: there is no such run, or it is not what the task asks about.
            ApprovalSettled, ApprovalVoid, OtherEyes: nothing has changed.
        """
        async with self._database.transaction() as session:
            run = await run_of(session, workspace, run_id, lock=True)
            approval = await session.get(RunApproval, run_id)
            if task is not None and (approval is None or approval.contact_id != task):
                raise NotFound(f"The contact does not ask about a run {run_id!r}.")
            if run.state is not RunState.WAITING_APPROVAL or approval is None:
                raise ApprovalSettled(state=run.state)
            if seen != _hash(run):
                raise ApprovalVoid(input_hash=_hash(run))
            await _refuse_own(session, run, by)
            moved = await _decided(session, run, by, agreed=agreed)
            if moved is None:
                raise ApprovalSettled(state=run.state)
            approval.state = ApprovalState.APPROVED if agreed else ApprovalState.DECLINED
            approval.input_hash, approval.by, approval.reason = seen, by, mask(reason).text
            approval.decided_at = func.now()
            facts = {"run": run.id, "workflow": run.workflow, "amount": _amount(run), "currency": run.currency}
            await note.record(session, {"state": RunState.WAITING_APPROVAL}, {**facts, "state": approval.state})
            asked = approval.contact_id
        if asked and task is None:
            await self._withdraw(workspace, asked, str(ApprovalState.APPROVED if agreed else ApprovalState.DECLINED))
        if agreed:
            self._runs.drive(workspace, moved.id, moved.workflow)
        else:
            await self._runs.ended(moved)
        return moved

    async def ended(self, run: WorkflowRun) -> None:
        """Withdraws what was asked about a run that has ended without a word. Idempotent. Raises EngineUnavailable."""
        waits = (RunApproval.run_id == run.id, RunApproval.state == ApprovalState.WAITING)
        over = update(RunApproval).where(*waits).values(state=ApprovalState.OVER).returning(RunApproval.contact_id)
        async with self._database.transaction() as session:
            task = await session.scalar(over)
        if task:
            await self._withdraw(run.workspace_id, task, str(run.why or run.state))

    async def of(self, workspace: str, task: str) -> WorkflowRun | None:
        """Returns the run that a task asks about; None if it is no such task."""
        query = select(WorkflowRun).join(RunApproval, RunApproval.run_id == WorkflowRun.id)
        async with self._database.transaction() as session:
            return await session.scalar(
                query.where(RunApproval.workspace_id == workspace, RunApproval.contact_id == task)
            )

    async def _withdraw(self, workspace: str, task: str, why: str) -> None:
        """Ends a task that nobody has. One that an agent has is the agent's to end."""
        try:
            await self._endings.end(workspace, task, ContactState.CANCELLED, why, only_from=ContactState.QUEUED)
        except (WrongState, NotFound) as problem:
            log.info("the task %s about an approval stays: %s", task, problem.slug)

    async def _arrival(
        self, snapshot: Snapshot, spec: WorkflowSpec, run: WorkflowRun, about: Contact | None
    ) -> Arrival:
        assert spec.approval  # noqa: S101 — the caller has looked
        sent = _sent(spec, run, about)
        arrival = await self._reception.receive(
            run.workspace_id, sent, f"approval of {run.id} {_hash(run)}", Trust.AUTHENTICATED
        )
        queue = spec.approval.queue or QUEUE
        task = Task(
            queue, f"the run {run.id} of {spec.name} waits for approval", sensitive=bool(about and about.sensitive)
        )
        return replace(arrival, task=task, branched_from=about.case_id if about else None)


async def _decided(session: AsyncSession, run: WorkflowRun, by: str, *, agreed: bool) -> WorkflowRun | None:
    in_time: Any = WorkflowRun.due_at > func.now()
    if not agreed:
        return await move(session, run, RunState.FAILED, in_time, why=DECLINED, followed=False)
    values = {"approved_at": func.now(), "approved_by": by, "approved_hash": _hash(run), "due_at": in_s(FOLLOW_S)}
    return await move(session, run, RunState.PENDING, in_time, **values)


async def _refuse_own(session: AsyncSession, run: WorkflowRun, by: str) -> None:
    """Refuses who has started the run, or has served the customer in the case. Raises OtherEyes."""
    if run.started_by == by:
        raise OtherEyes("You have started this run: somebody else decides about it.")
    agent = by.removeprefix("agent:")
    if run.contact_id is None or agent == by:
        return
    about = await session.get(Contact, run.contact_id)
    case = about.case_id if about else ""
    wrote = select(Message.id).where(
        Message.workspace_id == run.workspace_id,
        Message.case_id == case,
        Message.kind == MessageKind.AGENT,
        Message.author == agent,
    )
    served = select(Contact.id).where(
        Contact.workspace_id == run.workspace_id,
        Contact.case_id == case,
        Contact.agent == agent,
        Contact.channel != Channel.TASK,
    )
    if await session.scalar(served.limit(1)) or await session.scalar(wrote.limit(1)):
        raise OtherEyes("You have served this customer's contact: somebody else decides about it.")


def _hash(run: WorkflowRun) -> str:
    """Returns the hash of the input that a run has now, whatever was kept of it."""
    return input_hash(run.workflow, run.input)


def _amount(run: WorkflowRun) -> str | None:
    return None if run.amount is None else f"{Decimal(run.amount).normalize():f}"


def _sent(spec: WorkflowSpec, run: WorkflowRun, about: Contact | None) -> dict[str, Any]:
    """Returns the task as an adapter would post it: what is to be decided, in words."""
    amount = f"{_amount(run)} {run.currency}" if run.amount is not None else ""
    fields = list(run.input.items())[:MOST_FIELDS]
    lines = [f"{spec.fields.get(name, {}).get('title', name)}: {value}" for name, value in fields]
    nobody: dict[str, Any] = {
        "external_id": None,
        "name": None,
        "email": None,
        "phone": None,
        "attributes": {},
        "trust": "claimed",
    }
    facts = {"run": run.id, "workflow": run.workflow, "contact": run.contact_id or "", "amount": amount}
    return {
        "channel": Channel.TASK,
        "provider": None,
        "customer": {**nobody, "id": about.customer_id if about else run.customer_id},
        "subject": f"Approve: {spec.title} {amount}".strip()[:300],
        "text": "\n".join([f"{spec.title} {amount}".strip(), *lines])[:5_000],
        "topic": None,
        "language": about.language if about else None,
        "priority": 0,
        "skills": [],
        "context": facts,
        "channel_ref": None,
        "call": None,
        "attachments": [],
        "headers": {},
        "visibility": "private",
        "can_ask": False,
    }
