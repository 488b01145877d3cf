"""Calling: a run is committed as running, called once, and what came of that is written.

A process that dies in between leaves it `running`: once its time is over another finds it, and it is unknown.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.models import Contact, RunApproval, WorkflowRun
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.turns import Turns
from mci_router.vocabulary import ApprovalState, RunState
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.verdicts import JITTER, EndpointAnswer
from mci_router.workflows import limits
from mci_router.workflows.circuits import MARGIN_S, Circuits
from mci_router.workflows.creating import input_hash
from mci_router.workflows.judging import TOO_LATE, Judgement, Meaning, judge
from mci_router.workflows.requests import Call, about
from mci_router.workflows.results import said
from mci_router.workflows.secrets import valid_secrets
from mci_router.workflows.states import FOLLOW_S, in_s, move, run_of

CALLS, OF_A_WORKSPACE, OF_A_WORKFLOW = 64, 24, 8
"""How many calls a process makes at once: a slow target keeps those of its own workflow waiting, and no others."""

DELAYS_S = (0.5, 2.0, 5.0, 15.0)
LONGEST_DELAY_S = 300.0
SEND_WITHIN_S = MARGIN_S / 2  # of its commit; else it is not sent, since another process may take it for lost
CIRCUIT_OPEN, GONE, NO_SECRET, LEFT = "circuit_open", "workflow_gone", "no_secret", "left"

Clean = Callable[[Any], Any]
"""Returns JSON-like data without the secrets in its texts."""


class Calling:
    """Makes calls."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        circuits: Circuits,
        sender: Sender,
        *,
        public_url: str | None,
        clean: Clean,
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._circuits = circuits
        self._sender = sender
        self._public_url = public_url
        self._clean = clean
        self._of_all = Turns(CALLS, of_each=OF_A_WORKSPACE)
        self._of_workflow = Turns(10 * CALLS, of_each=OF_A_WORKFLOW)

    async def call(self, workspace: str, run_id: str, workflow: str) -> WorkflowRun | None:
        """Calls a run that is pending, once, unless something is in the way. Returns it as it is afterwards; None if it
        was not pending.

        Raises DatabaseUnavailable: if its call was sent, it is unknown once its time is over.
        """
        async with self._of_workflow.turn(f"{workspace}/{workflow}"), self._of_all.turn(workspace):
            begun = await self._begin(workspace, run_id)
            if not isinstance(begun, Call):
                return begun
            judged = judge(await self._send(begun))
            written = await self._write(begun, judged)
        await self._circuits.end(workspace, begun.spec, begun.word, healthy=judged.healthy)
        return written

    async def _begin(self, workspace: str, run_id: str) -> Call | WorkflowRun | None:
        """Commits that the run is called. Returns the call; the run, where something is in the way."""
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            run = await run_of(session, workspace, run_id)
        spec = snapshot.of(WorkflowSpec).get(run.workflow)
        called = spec is not None and run.state is RunState.PENDING and not waits_for_approval(spec, run)
        closed = called and spec and await self._circuits.begin(workspace, spec, f"{run.id}:{run.attempts + 1}")
        async with self._database.transaction() as session:
            run = await run_of(session, workspace, run_id, lock=True)
            if run.state is not RunState.PENDING:
                return None
            if spec is None:
                return await move(session, run, RunState.FAILED, why=GONE)
            if waits_for_approval(spec, run):
                await session.execute(to_be_asked(run))
                return await move(session, run, RunState.WAITING_APPROVAL, due_at=in_s(FOLLOW_S))
            if not closed:
                return await move(session, run, RunState.FAILED, why=CIRCUIT_OPEN)
            return await self._claimed(session, snapshot, spec, run)

    async def _claimed(
        self, session: AsyncSession, snapshot: Snapshot, spec: WorkflowSpec, run: WorkflowRun
    ) -> Call | WorkflowRun | None:
        secrets = await valid_secrets(session, run.workspace_id, run.workflow)
        if not secrets:
            return await move(session, run, RunState.FAILED, why=NO_SECRET)
        contact = await session.get(Contact, run.contact_id) if run.contact_id else None
        if run.rung is not None and (contact is None or contact.sensitive or contact.rung != run.rung):
            return await move(session, run, RunState.FAILED, why=LEFT)
        if over := await _counted(session, snapshot, spec, run):
            return await move(session, run, RunState.FAILED, why=over)
        send_by = time.monotonic() + SEND_WITHIN_S
        known = await about(session, run, contact)
        began = {"began_at": func.coalesce(WorkflowRun.began_at, func.now()), "attempts": WorkflowRun.attempts + 1}
        claimed = await move(session, run, RunState.RUNNING, due_at=in_s(spec.timeout_s + MARGIN_S), why=None, **began)
        return Call(claimed, spec, secrets, known, send_by) if claimed else None

    async def _send(self, call: Call) -> EndpointAnswer:
        """Sends a call, on a connection of its own: of one that was used before nobody knows whether it still is one.

        It is not sent where this process was stopped for long since it was committed.
        """
        if time.monotonic() > call.send_by:
            return EndpointAnswer(error=TOO_LATE)
        body = call.body(self._public_url)
        async with self._sender.client() as client:
            return await self._sender.post(
                client, call.spec.url, call.headers(body), body, keep=True, timeout_s=call.spec.timeout_s
            )

    async def _write(self, call: Call, judged: Judgement) -> WorkflowRun | None:
        """Writes what came of a call, unless the run has its result already. Returns it as it is then."""
        run, spec = call.run, call.spec
        ours = (WorkflowRun.attempts == run.attempts, WorkflowRun.state == RunState.RUNNING)
        async with self._database.transaction() as session:
            written = await self._moved(session, run, spec, judged, *ours)
            return written or await run_of(session, run.workspace_id, run.id)

    async def _moved(
        self, session: AsyncSession, run: WorkflowRun, spec: WorkflowSpec, judged: Judgement, *ours: Any
    ) -> WorkflowRun | None:
        if judged.meaning is Meaning.ENDED:
            result: Mapping[str, Any] = self._clean(judged.result)
            return await move(session, run, RunState(result["status"]), *ours, **said(result))
        if judged.meaning is Meaning.ACCEPTED:
            return await accepted(session, run, spec, *ours)
        if judged.meaning is Meaning.UNKNOWN:
            return await move(session, run, RunState.UNKNOWN, *ours, why=judged.why)
        if judged.meaning is Meaning.REFUSED or run.attempts >= spec.attempts:
            return await move(session, run, RunState.FAILED, *ours, why=judged.why)
        due = in_s(_delay_s(run.attempts, judged.after_s))
        return await move(session, run, RunState.PENDING, *ours, why=judged.why, due_at=due)


def to_be_asked(run: WorkflowRun) -> Any:
    """Returns the statement that notes, with the move, that a person is to be asked about a run as it is now."""
    now: dict[str, Any] = {
        "about_id": run.contact_id,
        "contact_id": None,
        "input_hash": input_hash(run.workflow, run.input),
        "state": ApprovalState.WAITING,
    }
    made = insert(RunApproval).values(run_id=run.id, workspace_id=run.workspace_id, **now)
    return made.on_conflict_do_update(index_elements=["run_id"], set_=now)


def waits_for_approval(spec: WorkflowSpec, run: WorkflowRun) -> bool:
    """Returns whether a person has to agree to a run before it is called: to the input that it has now."""
    approved = run.approved_at is not None and run.approved_hash == input_hash(run.workflow, run.input)
    return not approved and spec.needs_approval(run.input)


async def accepted(session: AsyncSession, run: WorkflowRun, spec: WorkflowSpec, *guards: Any) -> WorkflowRun | None:
    """Writes that the target's result follows. It stays running."""
    statement = (
        update(WorkflowRun)
        .where(WorkflowRun.id == run.id, *guards)
        .values(accepted_at=func.now(), due_at=in_s(spec.result_s))
        .returning(WorkflowRun)
        .execution_options(populate_existing=True)
    )
    return await session.scalar(statement)


async def _counted(session: AsyncSession, snapshot: Snapshot, spec: WorkflowSpec, run: WorkflowRun) -> str | None:
    """Counts a run that begins, once: its later calls are of the same run."""
    if run.began_at is not None:
        return None
    async with session.begin_nested() as nested:
        over = await limits.count(session, snapshot, spec, run)
        if over:
            await nested.rollback()
    return over


def _delay_s(attempts: int, after_s: float) -> float:
    delay_s = DELAYS_S[min(attempts, len(DELAYS_S)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 — it only spreads load
    return min(max(delay_s, after_s), LONGEST_DELAY_S)
