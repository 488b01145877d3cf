"""Approving: a person agrees to a run, or refuses it. Who may, and how they are asked, stands a floor above."""

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import WorkflowRun
from mci_router.vocabulary import RunState
from mci_router.workflows.states import FOLLOW_S, in_s, move

REFUSED = "approval_refused"


async def approve(session: AsyncSession, run_id: str, input_hash: str, by: str) -> WorkflowRun | None:
    """Releases a run that waits for approval, with the very input that was shown. The caller has it go on afterwards.

    Of two who agree at once one does it: returns None for a run that does not wait, or has another input.
    """
    waits = WorkflowRun.state == RunState.WAITING_APPROVAL
    in_time = WorkflowRun.due_at > func.now()
    agreed = {"approved_at": func.now(), "approved_by": by, "approved_hash": input_hash, "due_at": in_s(FOLLOW_S)}
    return await move(session, run_id, RunState.PENDING, waits, in_time, WorkflowRun.input_hash == input_hash, **agreed)


async def refuse(session: AsyncSession, run_id: str, by: str, why: str = REFUSED) -> WorkflowRun | None:
    """Ends a run that waits for approval; the caller does what follows. Returns None for a run that does not wait."""
    waits = WorkflowRun.state == RunState.WAITING_APPROVAL
    return await move(session, run_id, RunState.FAILED, waits, why=why, approved_by=by, followed=False)
