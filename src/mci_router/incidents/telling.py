"""What becomes of an incident is journalled, for people and webhooks: after the ledger has it, and by whichever process
comes first.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.models import Incident
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each

BATCH = 100


class Telling:
    """Tells the journal of changes that it does not know yet."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Tells of every change there is.

        Raises:
            EngineUnavailable: when the others are told, if a shard is away.
        """
        async with self._database.transaction() as session:
            query = select(Incident.workspace_id).where(Incident.untold != []).distinct().limit(BATCH)
            workspaces = (await session.scalars(query)).all()
        await each(workspaces, self.tell)

    async def tell(self, workspace: str) -> None:
        """Those of one workspace. What another process is at is left to it. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            for found in await _untold(session, workspace):
                for change in found.untold:
                    event, version = change.split(":")
                    await self._engine.journal_incident(workspace, event, found.id, _shown(found), version=int(version))
                found.untold = []


async def _untold(session: AsyncSession, workspace: str) -> Sequence[Incident]:
    query = (
        select(Incident)
        .where(Incident.workspace_id == workspace, Incident.untold != [])
        .order_by(Incident.id)
        .limit(BATCH)
    )
    return (await session.scalars(query.with_for_update(skip_locked=True, key_share=True))).all()


def _shown(found: Incident) -> dict[str, Any]:
    """Where the incident stands, in words; who wants to read more asks for it."""
    facts: dict[str, Any] = {"source": found.source, "severity": found.severity, "incident_state": found.state}
    lists = {"topics": found.topics, "services": found.services, "regions": found.regions}
    return facts | {name: list(values) for name, values in lists.items() if values}
