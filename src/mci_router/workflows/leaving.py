"""Leaving: a contact goes on or ends, and its run with it, unless it was called already."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact, WorkflowRun
from mci_router.vocabulary import RunState
from mci_router.workflows.calling import LEFT
from mci_router.workflows.states import in_s, move

WAITING = (RunState.PENDING, RunState.WAITING_INPUT, RunState.WAITING_APPROVAL)


async def leave_run(session: AsyncSession, contact: Contact) -> None:
    """Ends the run that was to serve a contact on its rung, in the caller's transaction.

    What a person was asked about it is withdrawn afterwards.
    """
    query = select(WorkflowRun.id, WorkflowRun.state).where(
        WorkflowRun.contact_id == contact.id, WorkflowRun.rung == contact.rung, WorkflowRun.state.in_(WAITING)
    )
    for run, state in (await session.execute(query)).all():
        asked = state is RunState.WAITING_APPROVAL
        due_at = in_s(0) if asked else None
        await move(session, run, RunState.FAILED, why=LEFT, followed=not asked, due_at=due_at)
