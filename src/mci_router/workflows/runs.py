"""Runs: each goes as far as it can, in the process that made it or, if that has died, in another.

What follows from an end, for a contact and its customer, is the caller's to do: `follow` is given by `assembly`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, Problem, in_the_log
from mci_router.models import WorkflowRun
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.vocabulary import RunState
from mci_router.workflows.calling import Calling
from mci_router.workflows.journalling import Journalling
from mci_router.workflows.states import FOLLOW_S, in_s, move

log = logging.getLogger(__name__)

BATCH = 100
MOST_AT_ONCE = 1_000  # runs that this process drives; beyond it they wait in the ledger
AGAIN_S = 15.0  # after which what follows from an end is tried again
NO_RESULT, LOST, NO_ANSWER, NOT_APPROVED = "no_result", "lost", "no_answer", "not_approved"
WAITING = (RunState.WAITING_INPUT, RunState.WAITING_APPROVAL)
LATE: dict[RunState, tuple[RunState, str]] = {
    RunState.WAITING_INPUT: (RunState.FAILED, NO_ANSWER),
    RunState.WAITING_APPROVAL: (RunState.FAILED, NOT_APPROVED),
    RunState.RUNNING: (RunState.UNKNOWN, LOST),
}
"""What a run is once the time of its state is over, and why. One whose result was to follow has `no_result`."""


async def _nothing(_: WorkflowRun) -> None:
    """Follows no end."""


async def _for_a_day(_: WorkflowRun) -> float:
    """Asks nobody, and waits for a day."""
    return 86_400.0


class Runs:
    """Drives the runs of one process. `follow` is called with each end, `ask` and `approve` with a run that
    waits for a customer or for a person: they return for how many seconds it does, and may be called again."""

    def __init__(self, database: Database, engine: Engine, calling: Calling) -> None:
        self._database = database
        self._calling = calling
        self._journalling = Journalling(database, engine)
        self._driving: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self.follow: Callable[[WorkflowRun], Awaitable[None]] = _nothing
        self.approve: Callable[[WorkflowRun], Awaitable[float]] = _for_a_day
        self.ask: Callable[[WorkflowRun], Awaitable[float]] = _for_a_day

    def drive(self, workspace: str, run: str, workflow: str) -> "asyncio.Task[None] | None":
        """Has a run go on, beside the caller. Returns the work; None if too many go on here: it follows later."""
        if self._stopping or (run not in self._driving and len(self._driving) >= MOST_AT_ONCE):
            return None
        if run not in self._driving:
            task = asyncio.create_task(self._drive(workspace, run, workflow), name=f"run {run}")
            self._driving[run] = task
            task.add_done_callback(lambda _: self._driving.pop(run, None))
        return self._driving[run]

    async def turn(self) -> None:
        """Does what is due for runs, and journals what the journal does not have.

        Raises as `each` does, after all that can be done for others is done.
        """
        await each((self._take_due, self._journalling.turn), lambda step: step())

    async def _take_due(self) -> None:
        async with self._database.transaction() as session:
            due = await _due(session)
        await each(due, self._take)

    async def ended(self, run: WorkflowRun) -> None:
        """Does what follows from the end of a run. Idempotent; tried again where it cannot be done now."""
        if not run.followed:
            await self.follow(run)
            async with self._database.transaction() as session:
                await session.execute(
                    update(WorkflowRun).where(WorkflowRun.id == run.id).values(followed=True, due_at=None)
                )
        await self._journal(run)

    async def waits(self, run: WorkflowRun) -> None:
        """Does what has to be done for a run that waits for a customer or a person. Tried again where it cannot be."""
        wait_s = await (self.ask if run.state is RunState.WAITING_INPUT else self.approve)(run)
        same = WorkflowRun.id == run.id, WorkflowRun.state == run.state, WorkflowRun.tries == run.tries
        asked = WorkflowRun.asking.is_not_distinct_from(run.asking)
        async with self._database.transaction() as session:
            waiting = update(WorkflowRun).where(*same, asked).values(followed=True, due_at=in_s(wait_s))
            await session.execute(waiting)
        await self._journal(run)

    async def close(self) -> None:
        """Begins nothing more. What is called is cut, and unknown unless its result is reported."""
        self._stopping = True
        driving = list(self._driving.values())
        if driving:
            await asyncio.wait(driving, timeout=FOLLOW_S)
        for task in driving:
            task.cancel()
        await asyncio.gather(*driving, return_exceptions=True)

    async def _drive(self, workspace: str, run_id: str, workflow: str) -> None:
        try:
            await self._on(workspace, run_id, workflow)
        except Problem as problem:
            log.warning("run %s waits: %s", run_id, in_the_log(problem))
        except Exception:
            log.exception("run %s failed and will be taken up again", run_id)

    async def _on(self, workspace: str, run_id: str, workflow: str) -> None:
        run = await self._calling.call(workspace, run_id, workflow)
        while run is not None and run.state is RunState.PENDING and run.due_at is not None:
            await self._journal(run)
            await asyncio.sleep(_left_s(run))
            run = await self._calling.call(workspace, run_id, workflow)
        if run is None:
            return
        if run.state.final:
            await self.ended(run)
        elif run.state is RunState.WAITING_APPROVAL:
            await self.waits(run)
        else:
            await self._journal(run)

    async def _journal(self, run: WorkflowRun) -> None:
        try:
            await self._journalling.journal(run.workspace_id)
        except EngineUnavailable:
            return  # the loop finds it

    async def _take(self, run: WorkflowRun) -> None:
        """Does what is due for a run: nobody else has, or it waits for nobody."""
        try:
            if run.state is RunState.PENDING:
                self.drive(run.workspace_id, run.id, run.workflow)
            elif run.state.final:
                await self.ended(run)
            elif run.state in WAITING and not run.followed:
                await self.waits(run)
            elif late := await self._late(run):
                await self.ended(late)
        except (DatabaseUnavailable, EngineUnavailable):
            raise
        except Problem as problem:
            log.warning("run %s waits: %s", run.id, in_the_log(problem))

    async def _late(self, run: WorkflowRun) -> WorkflowRun | None:
        to, why = LATE[run.state]
        word = NO_RESULT if run.accepted_at else why
        over: Any = WorkflowRun.due_at <= _now()
        async with self._database.transaction() as session:
            return await move(session, run, to, WorkflowRun.state == run.state, over, why=word, followed=False)


def _now() -> Any:
    return in_s(0)


def _left_s(run: WorkflowRun) -> float:
    return max(0.0, (run.due_at - utc_now()).total_seconds()) if run.due_at else 0.0


async def _due(session: AsyncSession) -> Sequence[WorkflowRun]:
    """Returns runs for which something is due; each is looked at again a while later, whatever comes of it now."""
    query = select(WorkflowRun).where(WorkflowRun.due_at <= _now()).order_by(WorkflowRun.due_at).limit(BATCH)
    found = (await session.scalars(query.with_for_update(skip_locked=True))).all()
    later = [run.id for run in found if run.state not in LATE or (run.state in WAITING and not run.followed)]
    await session.execute(update(WorkflowRun).where(WorkflowRun.id.in_(later)).values(due_at=in_s(AGAIN_S)))
    return found
