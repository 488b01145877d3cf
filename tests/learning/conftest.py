"""Processes that hold models, without a service around them, and workspaces for them.

The service of other tests may be a further process on the same ledger: what a test has to claim is changed and claimed
in one transaction.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration import store
from mci_router.configuration.snapshots import Snapshots, engine_times
from mci_router.database import Database
from mci_router.learning import register
from mci_router.learning.models import LiveModels
from mci_router.learning.worker import Limits
from mci_router.learning.workshop import Workshop
from mci_router.models import TriageModel
from mci_router.routing.engine import Engine
from mci_router.settings import Settings
from mci_router.specs import TopicSpec
from tests.support.documents import small
from tests.support.service import make_workspace
from tests.support.shelf import ShelvedWorkshop


@dataclass
class Process:
    """What one router process has of the room."""

    database: Database
    snapshots: Snapshots
    models: LiveModels

    async def taught(self, workspace: str, **examples: Sequence[str]) -> None:
        """Gives topics these examples, and returns once the model they ask for was judged."""
        await self.change(workspace, **examples)
        await self.models.ready(workspace)

    async def change(self, workspace: str, **examples: Sequence[str]) -> None:
        """Gives topics these examples; of new ones makes new topics."""
        async with self.database.transaction() as session:
            await put_examples(session, workspace, **examples)
        await self.snapshots.reload(workspace)

    async def listed(self, workspace: str) -> list[TriageModel]:
        async with self.database.transaction() as session:
            return list(await register.listed(session, workspace))

    async def states(self, workspace: str) -> list[str]:
        """The models' states, the one wanted last first."""
        return [row.state for row in await self.listed(workspace)]

    async def topic_of(self, workspace: str, said: str) -> str | None:
        """The likeliest topic of a text, as the live model has it."""
        (guess,) = (await self.models.classifier(workspace)).classify([said])
        return guess.ranked[0][0] if guess.ranked else None


async def put_examples(session: AsyncSession, workspace: str, **examples: Sequence[str]) -> None:
    rows = {row.name: row.spec for row in await store.resources(session, workspace, "topic")}
    specs = [
        TopicSpec.model_validate({"name": name, "title": name, **rows.get(name, {}), "examples": list(texts)})
        for name, texts in examples.items()
    ]
    await store.put(session, workspace, {"topic": specs})


@asynccontextmanager
async def process(settings: Settings, workshop: Workshop) -> AsyncIterator[Process]:
    """A process with its own connections, snapshots and models; all share a workshop, so that each is not to start."""
    database = Database(settings.database_url or "", pool_size=3, timeout_s=10)
    engine = Engine(settings.redis_url or "", timeout_s=5, lease_s=15)
    snapshots = Snapshots(database, engine, engine_times(settings))
    models = LiveModels(settings, database, snapshots, workshop=workshop)
    try:
        yield Process(database, snapshots, models)
    finally:
        await models.close()
        await engine.close()
        await database.close()


@pytest.fixture(scope="session")
async def workshop() -> AsyncIterator[Workshop]:
    """Where all these processes have their models made: equal ones once a run."""
    made = ShelvedWorkshop(None, Limits())
    yield made
    await made.close()


@pytest.fixture
async def here(settings: Settings, workshop: Workshop) -> AsyncIterator[Process]:
    """One process."""
    async with process(settings, workshop) as started:
        yield started


@pytest.fixture
async def there(settings: Settings, workshop: Workshop) -> AsyncIterator[Process]:
    """Another process."""
    async with process(settings, workshop) as started:
        yield started


@pytest.fixture(scope="session")
async def closed() -> Workshop:
    """A workshop that makes nothing: a process that has it can have a model only by loading it."""
    made = Workshop(None, Limits())
    await made.close()
    return made


@pytest.fixture
async def taught(here: Process) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Makes a workspace whose first model is live, and leaves nothing of it behind.

    Topics: its examples, or those of the small one.
    """
    async with AsyncExitStack() as stack:

        async def build(topics: Mapping[str, Sequence[str]] | None = None, **changes: Any) -> str:
            specs: dict[str, Any] = {}
            if topics is not None:
                specs = {
                    "topics": [
                        {"name": name, "title": name, "examples": list(texts)} for name, texts in topics.items()
                    ],
                    "articles": [],
                }
            workspace, _ = await make_workspace(here.database, small(**specs, **changes))
            stack.push_async_callback(_remove, here.database, workspace)
            await here.models.ready(workspace)
            return workspace

        yield build


async def _remove(database: Database, workspace: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": workspace})
