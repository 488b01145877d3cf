"""States of runs: which may follow which, and how a run is moved from one to another, in one guarded statement."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Interval, case, func, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound
from mci_router.models import WorkflowRun
from mci_router.vocabulary import RunState

ENDS = (RunState.SUCCEEDED, RunState.FAILED, RunState.COMPENSATED)
AFTER: Mapping[RunState, tuple[RunState, ...]] = {
    RunState.PENDING: (RunState.WAITING_INPUT, RunState.WAITING_APPROVAL, RunState.RUNNING, RunState.FAILED),
    RunState.WAITING_INPUT: (RunState.PENDING, RunState.FAILED),
    RunState.WAITING_APPROVAL: (RunState.PENDING, RunState.FAILED),
    RunState.RUNNING: (RunState.PENDING, *ENDS, RunState.UNKNOWN),
    RunState.UNKNOWN: ENDS,
    RunState.SUCCEEDED: (RunState.COMPENSATED,),
    RunState.FAILED: (),
    RunState.COMPENSATED: (),
}
"""What may follow each state. A running one is pending again only where its target cannot have acted."""

FOLLOW_S = 2.0
"""After which another process does what follows from a state, if the one that wrote it has not."""

UNTOLD = "EXISTS (SELECT FROM workflow_runs WHERE untold <> '{}')"
PENDING = f"EXISTS (SELECT FROM workflow_runs WHERE due_at <= now()) OR {UNTOLD}"
"""Whether something has to be done for a run, in SQL."""


def in_s(seconds: float) -> Any:
    """Returns the moment in so many seconds by the ledger's clock, in SQL."""
    return func.now() + literal(timedelta(seconds=seconds), Interval)


async def move(
    session: AsyncSession, run: WorkflowRun | str, to: RunState, *guards: Any, **values: Any
) -> WorkflowRun | None:
    """Moves a run to a state, if its own allows that and the guards hold. Returns it as it is now; None if not."""
    run_id = run if isinstance(run, str) else run.id
    allowed = [state for state, following in AFTER.items() if to in following]
    open_again = {} if to.final else {"followed": False}
    told = {} if to is RunState.PENDING else {"untold": func.array_append(WorkflowRun.untold, str(to))}
    ended = (
        {"ended_at": func.now(), "due_at": case((WorkflowRun.followed, null()), else_=in_s(FOLLOW_S))}
        if to.final
        else {}
    )
    statement = (
        update(WorkflowRun)
        .where(WorkflowRun.id == run_id, WorkflowRun.state.in_(allowed), *guards)
        .values({"state": to} | open_again | told | ended | values)
        .returning(WorkflowRun)
        .execution_options(populate_existing=True)
    )
    return await session.scalar(statement)


async def run_of(session: AsyncSession, workspace: str, run_id: str, *, lock: bool = False) -> WorkflowRun:
    """Returns a run, for this transaction alone with `lock`. Raises NotFound."""
    query = select(WorkflowRun).where(WorkflowRun.workspace_id == workspace, WorkflowRun.id == run_id)
    found = await session.scalar((query.with_for_update() if lock else query).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"There is no run {run_id!r} in this workspace.")
    return found
