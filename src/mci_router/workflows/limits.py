"""Limits: how many runs of a workflow are begun on a day, of a customer and of the workspace.

A run is counted by the statement that finds room for it, on a row of its day: of runs that begin at once none is one
too many.
"""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.models import WorkflowRun
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workflows import WorkflowSpec

OF_ALL = ""
OVER_CUSTOMER, OVER_WORKSPACE = "over_limit_customer", "over_limit_workspace"
KEPT_DAYS = 7  # for those who look why
COUNT = text(
    """
    INSERT INTO workflow_counts AS c (workspace_id, workflow, day, customer_id, runs)
    VALUES (:workspace, :workflow, :day, :customer, 1)
    ON CONFLICT (workspace_id, workflow, day, customer_id) DO UPDATE SET runs = c.runs + 1 WHERE c.runs < :most
    RETURNING runs
    """
)
FORGET = text("DELETE FROM workflow_counts WHERE day < :before")


async def count(session: AsyncSession, snapshot: Snapshot, spec: WorkflowSpec, run: WorkflowRun) -> str | None:
    """Counts a run that begins. Returns a word for the limit that it would pass; the caller then undoes all of it."""
    day = utc_now().astimezone(snapshot.spec.zone).date()
    limits = spec.limits
    # A customer's first: few wait for that row, many for the workspace's.
    for customer, most, word in (
        (run.customer_id, limits.per_customer_day, OVER_CUSTOMER),
        (OF_ALL, limits.per_workspace_day, OVER_WORKSPACE),
    ):
        if most is not None and customer is not None and not await _one_more(session, run, day, customer, most):
            return word
    return None


async def _one_more(session: AsyncSession, run: WorkflowRun, day: date, customer: str, most: int) -> bool:
    values = {"workspace": run.workspace_id, "workflow": run.workflow, "day": day, "customer": customer, "most": most}
    return await session.scalar(COUNT, values) is not None


async def forget(database: Database) -> None:
    """Removes the counts of days that are over."""
    async with database.transaction() as session:
        await session.execute(FORGET, {"before": utc_now().date() - timedelta(days=KEPT_DAYS)})
