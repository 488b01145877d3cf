"""Talking with the customer of a run: its questions, one field after another, and what came of it.

That a machine writes is said with the first message, as with all that the service itself writes.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.messages import MessageData
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, MessageKeyReused, Problem, in_the_log
from mci_router.lifecycle.talking.saying import Said
from mci_router.models import Contact, WorkflowRun
from mci_router.routing.policy.workflows import missing_of
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec
from mci_router.vocabulary import MessageKind, RunState, Visibility
from mci_router.workflows import asking, words
from mci_router.workflows.creating import input_hash
from mci_router.workflows.runs import Runs
from mci_router.workflows.states import FOLLOW_S, in_s, move, run_of

log = logging.getLogger(__name__)

NO_FITTING_ANSWER, INPUT_REFUSED = "no_fitting_answer", "input_refused"
ASKED = """
SELECT id FROM workflow_runs
WHERE workspace_id = $1 AND contact_id = $2 AND state = 'waiting_input' AND rung IS NOT NULL ORDER BY id DESC LIMIT 1
"""

Say = Callable[[str, str, Said], Awaitable[Any]]


class RunTalk:
    """Asks customers for what runs need, takes their answers, and tells them what came of it."""

    def __init__(self, database: Database, snapshots: Snapshots, runs: Runs, say: Say) -> None:
        self._database = database
        self._snapshots = snapshots
        self._runs = runs
        self._say = say

    async def begin(self, workspace: str, run_id: str) -> None:
        """Asks the customer the first question of a run."""
        try:
            async with self._database.transaction() as session:
                run = await run_of(session, workspace, run_id)
            if run.state is RunState.WAITING_INPUT and run.said == 0:
                await self._runs.waits(run)
        except Problem as problem:
            log.warning("run %s waits: %s", run_id, in_the_log(problem))

    async def ask(self, run: WorkflowRun) -> float:
        """Asks what a run waits for. Idempotent by how often the customer was written to.

        Returns for how many seconds the customer may answer.
        """
        snapshot = await self._snapshots.get(run.workspace_id)
        spec = snapshot.of(WorkflowSpec).get(run.workflow)
        if spec is None or run.asking is None or run.asking not in spec.fields:
            return 0
        language = await self._language(run)
        ask = asking.question if run.tries <= 1 else asking.again
        await self._write(run, ask(spec, run.asking, language))
        return spec.ask_s

    async def tell(self, snapshot: Snapshot, run: WorkflowRun, told: Mapping[str, str] | str) -> None:
        """Tells the customer what came of a run. Idempotent."""
        language = await self._language(run)
        said = told if isinstance(told, str) else words.said(told, language)
        await self._write(run, said)

    async def heard(self, snapshot: Snapshot, message: MessageData) -> bool:
        """Takes what a customer says as the answer to a run's question. Returns whether there was one.

        Raises DatabaseUnavailable.
        """
        if not snapshot.workflows or not message["text"]:
            return False
        rows = await self._database.read(ASKED, snapshot.workspace_id, message["contact_id"])
        if not rows:
            return False
        async with self._database.transaction() as session:
            run = await run_of(session, snapshot.workspace_id, rows[0]["id"], lock=True)
            spec = snapshot.of(WorkflowSpec).get(run.workflow)
            if run.state is not RunState.WAITING_INPUT or spec is None or run.asking not in spec.fields:
                return False
            run = await _answered(session, spec, run, message["text"])
        if run.state is RunState.WAITING_INPUT:
            await self._runs.waits(run)
        elif run.state is RunState.PENDING:
            self._runs.drive(run.workspace_id, run.id, run.workflow)
        else:
            await self._runs.ended(run)
        return True

    async def _language(self, run: WorkflowRun) -> str | None:
        async with self._database.transaction() as session:
            contact = await session.get(Contact, run.contact_id)
        return contact.language if contact else None

    async def _write(self, run: WorkflowRun, text: str) -> None:
        """Writes to the customer, once for each place in what a run says."""
        key = f"run {run.id} says {run.said}"
        try:
            words_of_it = Said(
                MessageKind.BOT, run.workflow, text, "system", key, visibility=Visibility.PRIVATE, after_end=True
            )
            await self._say(run.workspace_id, run.contact_id or "", words_of_it)
        except MessageKeyReused:
            pass  # it was said before, in the words of then
        except DatabaseUnavailable:
            raise
        except Problem as problem:
            log.warning("run %s cannot be told of: %s", run.id, problem.slug)
        async with self._database.transaction() as session:
            mine = WorkflowRun.id == run.id, WorkflowRun.said == run.said
            await session.execute(update(WorkflowRun).where(*mine).values(said=WorkflowRun.said + 1))


async def _answered(session: AsyncSession, spec: WorkflowSpec, run: WorkflowRun, text: str) -> WorkflowRun:
    """Takes an answer, in the caller's transaction. Returns the run: asked for the next field, or again, or ready."""
    field = run.asking or ""
    value = asking.value_of(spec.fields[field], text)
    if asking.problem_of(spec, field, run.input, value):
        return await _again(session, spec, run, field)
    given = {**run.input, field: value}
    if missing := missing_of(spec, given):
        return await _ask_for(session, spec, run, missing[0], input=given)
    if found := spec.faults(given):
        wrong = found[0][0].split(".")[0]
        if wrong not in spec.ask:
            return await _failed(session, run, INPUT_REFUSED)
        return await _again(
            session, spec, run, wrong, input={name: one for name, one in given.items() if name != wrong}
        )
    amount = spec.amount_of(given)
    moved = await move(
        session,
        run,
        RunState.PENDING,
        input=given,
        input_hash=input_hash(spec.name, given),
        amount=amount,
        currency=spec.approval.currency if spec.approval and amount is not None else None,
        asking=None,
        due_at=in_s(FOLLOW_S),
    )
    return moved or run


async def _again(session: AsyncSession, spec: WorkflowSpec, run: WorkflowRun, field: str, **values: Any) -> WorkflowRun:
    if run.tries >= spec.ask_tries:
        return await _failed(session, run, NO_FITTING_ANSWER)
    return await _ask_for(session, spec, run, field, tries=run.tries + 1, **values)


async def _ask_for(
    session: AsyncSession, spec: WorkflowSpec, run: WorkflowRun, field: str, *, tries: int = 1, **values: Any
) -> WorkflowRun:
    run.asking, run.tries = field, tries
    for name, value in values.items():
        setattr(run, name, value)
    run.followed, run.due_at = False, in_s(FOLLOW_S)
    await session.flush()
    await session.refresh(run)
    return run


async def _failed(session: AsyncSession, run: WorkflowRun, why: str) -> WorkflowRun:
    return await move(session, run, RunState.FAILED, why=why, followed=False) or run
