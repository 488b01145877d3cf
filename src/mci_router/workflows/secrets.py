"""Secrets of workflows: what signs their calls. A workflow without one is not called."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.models import WorkflowLink
from mci_router.webhooks.signing import new_secret


async def valid_secrets(session: AsyncSession, workspace: str, workflow: str) -> Sequence[str]:
    """Returns the secrets that sign now, the newest first."""
    found = await session.get(WorkflowLink, (workspace, workflow))
    if found is None:
        return ()
    previous, until = found.previous_secret, found.previous_secret_until
    return (found.secret, previous) if previous and until and until > utc_now() else (found.secret,)


async def rotate(
    session: AsyncSession, workspace: str, workflow: str, *, overlap_s: float
) -> tuple[str, datetime | None]:
    """Gives a workflow a new secret. Returns it, and until when the one before signs as well, if there was one."""
    secret = new_secret()
    made = insert(WorkflowLink).values(workspace_id=workspace, workflow=workflow, secret=secret)
    if await session.scalar(made.on_conflict_do_nothing().returning(WorkflowLink.secret)):
        return secret, None
    found = await session.get_one(WorkflowLink, (workspace, workflow), with_for_update=True)
    found.previous_secret = found.secret if overlap_s > 0 else None
    found.previous_secret_until = utc_now() + timedelta(seconds=overlap_s) if overlap_s > 0 else None
    found.secret = secret
    await session.flush()
    return secret, found.previous_secret_until


async def leave(session: AsyncSession, workspace: str, workflow: str) -> None:
    """Removes the secrets of a workflow that is deleted."""
    mine = WorkflowLink.workspace_id == workspace, WorkflowLink.workflow == workflow
    await session.execute(delete(WorkflowLink).where(*mine))
