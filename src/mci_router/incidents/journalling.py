"""Journalling: changes of incidents go from the ledger to the journal, and so to people and webhooks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.models import Incident
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found

BATCH = 100
PENDING = "EXISTS (SELECT FROM incidents WHERE untold <> '{}')"


class Journalling:
    """Writes to the journal the changes that it does not have yet."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Journals every change that is due.

        Raises:
            EngineUnavailable: a shard is away; raised after those of all others are journalled.
        """
        await each_found(self._database, select(Incident.workspace_id).where(Incident.untold != []), self.journal)

    async def journal(self, workspace: str) -> None:
        """Journals the changes of a workspace; skips those another process is journalling. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            for incident in await _untold(session, workspace):
                for change in incident.untold:
                    event, version = change.split(":")
                    await self._engine.journal_incident(
                        workspace, event, incident.id, _shown(incident), version=int(version)
                    )
                incident.untold = []


async def _untold(session: AsyncSession, workspace: str) -> Sequence[Incident]:
    query = (
        select(Incident)
        .where(Incident.workspace_id == workspace, Incident.untold != [])
        .order_by(Incident.id)
        .limit(BATCH)
    )
    return (await session.scalars(query.with_for_update(skip_locked=True, key_share=True))).all()


def _shown(incident: Incident) -> dict[str, Any]:
    """Returns the incident's state in single words; its texts are read from the API."""
    facts: dict[str, Any] = {"source": incident.source, "severity": incident.severity, "incident_state": incident.state}
    lists = {"topics": incident.topics, "services": incident.services, "regions": incident.regions}
    return facts | {name: list(values) for name, values in lists.items() if values}
