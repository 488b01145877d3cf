"""Returns: what automation and the community have settled is judged, and customers who come back are journalled."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.insight import results
from mci_router.models import ContactResolution
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each, each_found

BATCH = 100
PENDING = f"{results.PENDING} OR EXISTS (SELECT FROM contact_resolutions WHERE untold)"

UNTOLD = select(ContactResolution.workspace_id).where(ContactResolution.untold)
RETURNED = text(
    """
    SELECT r.contact_id, r.rung, r.outcome, r.served_by, r.result, r.topic, r.returned_by, c.customer_id, n.case_id
    FROM contact_resolutions r
    LEFT JOIN contacts c ON c.id = r.contact_id AND c.workspace_id = r.workspace_id
    LEFT JOIN contacts n ON n.id = r.returned_by AND n.workspace_id = r.workspace_id
    WHERE r.workspace_id = :workspace AND r.untold ORDER BY r.contact_id, r.rung LIMIT :most
    FOR UPDATE OF r SKIP LOCKED
    """
)
TOLD = text(
    "UPDATE contact_resolutions SET untold = false WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)"
)


class Returns:
    """Judges what became of contacts, and journals `resolution.returned`, once each."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots

    async def turn(self) -> None:
        """Does all there is. Raises as `each` does, when that of the other workspaces is done."""
        await each((self._judge, self._publish), lambda step: step())

    async def _judge(self) -> None:
        async def judge(workspace: str) -> None:
            snapshot = await self._snapshots.get(workspace)
            await results.judge(self._database, workspace, snapshot.spec.silent_after_s)

        await each_found(self._database, results.WAITING, judge)

    async def _publish(self) -> None:
        await each_found(self._database, UNTOLD, self.publish)

    async def publish(self, workspace: str) -> None:
        """Journals the returns of one workspace. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            found = await session.execute(RETURNED, {"workspace": workspace, "most": BATCH})
            rows = [dict(row) for row in found.mappings()]
            for row in rows:
                if row["result"] == "returned" and row["customer_id"] and row["case_id"]:
                    await self._engine.journal_return(
                        workspace, row["customer_id"], _data(row), command=f"{row['contact_id']}:{row['returned_by']}"
                    )
            await session.execute(TOLD, {"workspace": workspace, "contacts": [row["contact_id"] for row in rows]})


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    served = row["served_by"] or {}
    named = {"served_by": served.get("kind"), "ref": served.get("ref"), "version": served.get("version")}
    return {
        "resolved": row["contact_id"],
        "returned": row["returned_by"],
        "case": row["case_id"],
        "matter": row["topic"],
        "outcome": row["outcome"],
        **{name: value for name, value in named.items() if value is not None},
    }
