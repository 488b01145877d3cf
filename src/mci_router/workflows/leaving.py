"""Leaving: a contact goes on or ends, and its run with it, unless it was called already."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact, WorkflowRun
from mci_router.vocabulary import RunState
from mci_router.workflows.calling import LEFT
from mci_router.workflows.states import move

WAITING = (RunState.PENDING, RunState.WAITING_INPUT, RunState.WAITING_APPROVAL)


async def leave_run(session: AsyncSession, contact: Contact) -> None:
    """Ends the run that was to serve a contact on its rung, in the caller's transaction."""
    query = select(WorkflowRun.id).where(
        WorkflowRun.contact_id == contact.id, WorkflowRun.rung == contact.rung, WorkflowRun.state.in_(WAITING)
    )
    for run in await session.scalars(query):
        await move(session, run, RunState.FAILED, why=LEFT, followed=True, due_at=None)
