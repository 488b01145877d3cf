"""Customer events: any process journals merges and splits, for people and webhooks, once the ledger has them."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.models import CustomerMerge
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found

BATCH = 100
_UNPUBLISHED = "customer_merges.untold <> '[]'::jsonb"  # a literal, so that the index serves
UNPUBLISHED = text(_UNPUBLISHED)
PENDING = f"EXISTS (SELECT FROM customer_merges WHERE {_UNPUBLISHED})"


class CustomerEvents:
    """Journals merges and splits that the journal does not have yet."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Journals all there are. Raises EngineUnavailable when the others are journalled, if a shard is away."""
        await each_found(self._database, select(CustomerMerge.workspace_id).where(UNPUBLISHED), self.publish)

    async def publish(self, workspace: str) -> None:
        """Journals those of one workspace, except those that another process journals now. Raises EngineUnavailable."""
        async with self._database.transaction() as session:
            for merge in await _unpublished(session, workspace):
                for event in merge.untold:
                    await self._engine.journal_customer(
                        workspace, event["event"], merge.customer_id, event["told"], command=merge.id
                    )
                merge.untold = []


async def _unpublished(session: AsyncSession, workspace: str) -> list[CustomerMerge]:
    query = select(CustomerMerge).where(CustomerMerge.workspace_id == workspace, UNPUBLISHED)
    return list(await session.scalars(query.order_by(CustomerMerge.id).limit(BATCH).with_for_update(skip_locked=True)))
