"""Journalling of runs: what the ledger has and the journal has not, under the lock of the rows, each state once."""

from typing import Any

from sqlalchemy import select

from mci_router.database import Database
from mci_router.models import WorkflowRun
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found

BATCH = 100


class Journalling:
    """Journals how far runs have come."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Journals what is missing of all workspaces. Raises as `each` does, when that of the others is journalled."""
        untold = select(WorkflowRun.workspace_id).where(WorkflowRun.untold != [])
        await each_found(self._database, untold, self.journal)

    async def journal(self, workspace: str) -> None:
        """Journals what is missing of a workspace. Idempotent. Raises EngineUnavailable."""
        query = select(WorkflowRun).where(WorkflowRun.workspace_id == workspace, WorkflowRun.untold != [])
        locked = query.order_by(WorkflowRun.id).limit(BATCH).with_for_update(skip_locked=True)
        async with self._database.transaction() as session:
            for run in await session.scalars(locked):
                for number, state in enumerate(run.untold):
                    command = f"{run.attempts}:{number}:{state}"
                    await self._engine.journal_run(workspace, state, run.id, journalled(run), command=command)
                run.untold = []


def journalled(run: WorkflowRun) -> dict[str, Any]:
    """Returns what the journal says of a run: no text of the customer or the target."""
    facts = {
        "workflow": run.workflow,
        "contact_id": run.contact_id,
        "started_by": run.started_by,
        "attempts": run.attempts,
        "why": run.why,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}
