"""What becomes of customers is journalled, for people and webhooks: after the ledger has it, and by whichever process comes first."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.models import CustomerMerge
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each

BATCH = 100
UNTOLD = text("customer_merges.untold <> '[]'::jsonb")  # a literal, so that the index serves


class CustomerTelling:
    """Tells the journal of merges and splits that it does not know yet."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Tells of all there are. Raises EngineUnavailable when the others are told, if a shard is away."""
        async with self._database.transaction() as session:
            query = select(CustomerMerge.workspace_id).where(UNTOLD).distinct().limit(BATCH)
            workspaces = (await session.scalars(query)).all()
        await each(workspaces, self.tell)

    async def tell(self, workspace: str) -> None:
        """Those of one workspace. What another process is at is left to it. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            for found in await _untold(session, workspace):
                for one in found.untold:
                    await self._engine.journal_customer(workspace, one["event"], found.customer_id, one["told"], command=found.id)
                found.untold = []


async def _untold(session: AsyncSession, workspace: str) -> list[CustomerMerge]:
    query = select(CustomerMerge).where(CustomerMerge.workspace_id == workspace, UNTOLD)
    return list(await session.scalars(query.order_by(CustomerMerge.id).limit(BATCH).with_for_update(skip_locked=True)))
