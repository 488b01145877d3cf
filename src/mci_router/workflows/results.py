"""Results that come later: reported by the target or its engine, once or more often, in time or late."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import RunSettled, WrongState
from mci_router.models import WorkflowRun
from mci_router.vocabulary import RunState
from mci_router.workflows.states import move, run_of


def said(result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the columns of what a target says came of a run."""
    document = json.dumps(result, sort_keys=True)
    why = "target_says_unknown" if result["status"] == RunState.UNKNOWN else None
    return {
        "message": result.get("message") or None,
        "result": result.get("result"),
        "steps": list(result.get("steps") or []),
        "said_hash": hashlib.sha256(document.encode()).hexdigest(),
        "why": why or ("target_says_failed" if result["status"] == RunState.FAILED else None),
    }


async def report(
    session: AsyncSession, workspace: str, run_id: str, result: Mapping[str, Any]
) -> tuple[WorkflowRun, bool]:
    """Takes a result of a run that was called. Returns the run, and whether this has changed it. Idempotent.

    After `unknown` a late result settles it. What was done may be undone later (`compensated`).

    Raises:
        NotFound, WrongState: there is no such run, or it was never called.
        RunSettled: it has another result already.
    """
    run = await run_of(session, workspace, run_id, lock=True)
    columns, to = said(result), RunState(result["status"])
    if run.said_hash == columns["said_hash"]:
        return run, False
    if run.began_at is None:
        raise WrongState(f"The run is {run.state}, and was not called: it can have no result.", state=run.state)
    if run.state is RunState.PENDING:  # it was to be called again, and its target has acted after all
        run = await move(session, run, RunState.RUNNING) or run
    moved = await move(session, run, to, **columns)
    if moved is None:
        raise RunSettled(f"The run is {run.state} already, and cannot be {to} any more.", state=run.state)
    return moved, True


async def compensate(session: AsyncSession, workspace: str, run_id: str, message: str | None) -> WorkflowRun:
    """Takes that what a run has done is undone. Idempotent.

    Raises NotFound; WrongState for a run that has done nothing.
    """
    run = await run_of(session, workspace, run_id, lock=True)
    if run.state is RunState.COMPENSATED:
        return run
    moved = await move(session, run, RunState.COMPENSATED, why="compensated", message=message or run.message)
    if moved is None:
        raise WrongState(f"The run is {run.state}: there is nothing to undo.", state=run.state)
    return moved
