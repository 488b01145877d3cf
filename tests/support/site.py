"""A site: a database and a Valkey of its own, with router processes to be killed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.database import Database
from mci_router.embedded import EmbeddedValkey, Servers, owned
from tests.support.cluster import ON_CLUSTER, ValkeyCluster, running_cluster
from tests.support.documents import small
from tests.support.ledgers import COPIED, MIGRATED
from tests.support.processes import Router, environment, router
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually, make_workspace
from tests.support.shared import folder_for

# shorter than the server keeps an idle connection: else it may close one that is just being used
LIMITS = httpx.Limits(keepalive_expiry=2)
FIRST_MODEL_S = 30  # on a busy machine, of a process that has only just begun


@dataclass
class Site:
    """A database and a Valkey of its own, for tests that break them."""

    database_url: str
    valkey: EmbeddedValkey | ValkeyCluster
    directory: Path

    @property
    def servers(self) -> list[EmbeddedValkey]:
        """Each server of its Valkey."""
        return [*self.valkey.primaries] if isinstance(self.valkey, ValkeyCluster) else [self.valkey]

    @asynccontextmanager
    async def router(self, **variables: str) -> AsyncIterator[Router]:
        async with router(environment(self.database_url, self.valkey.url) | variables, self.directory) as started:
            yield started

    @asynccontextmanager
    async def workspace(self, started: Router, document: dict[str, Any] | None = None) -> AsyncIterator[Workspace]:
        database = Database(self.database_url, pool_size=2, timeout_s=10)
        document = document or small()
        try:
            workspace_id, key = await make_workspace(database, document, shelved=True)
            async with self.client(started, key) as api:
                if sum(bool(topic.get("examples")) for topic in document["topics"]) > 1:
                    await eventually(partial(_understood, api), FIRST_MODEL_S)
                yield Workspace(started.url, workspace_id, document["workspace"]["name"], key, api, database)
        finally:
            await database.close()

    def client(self, started: Router, key: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=started.url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE_S,
            verify=TLS,
            limits=LIMITS,
        )


def _url(servers: Servers, database: str) -> str:
    return servers.database_url.replace("/mci_router?", f"/{database}?")


async def _understood(api: httpx.AsyncClient) -> bool:
    """Whether contacts are understood: before a workspace has its first model they go to people."""
    listed = await api.get("/v1/triage/models")
    return listed.status_code == 200 and any(model["state"] == "live" for model in listed.json()["items"])


@contextmanager
def _valkey(directory: Path, given: ValkeyCluster | None) -> Iterator[EmbeddedValkey | ValkeyCluster]:
    if given:
        yield given
        return
    if ON_CLUSTER:
        with running_cluster(directory) as cluster:
            yield cluster
        return
    with owned(directory):
        valkey = EmbeddedValkey(directory)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.stop()


@asynccontextmanager
async def running_site(servers: Servers, cluster: ValkeyCluster | None = None) -> AsyncIterator[Site]:
    """A site with a fresh database on the tests' PostgreSQL, and a Valkey of its own unless a cluster is given; nothing
    of it stays.
    """
    name = f"site_{uuid4().hex[:12]}"
    database_url = _url(servers, name)
    async with AsyncExitStack() as left:
        admin = create_async_engine(servers.database_url, isolation_level="AUTOCOMMIT")
        left.push_async_callback(admin.dispose)  # else a test that fails may hang

        async def run(statement: str) -> None:
            async with admin.connect() as connection:
                await connection.execute(text(statement))

        await run(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} {COPIED}")
        left.push_async_callback(run, f"DROP DATABASE {name} WITH (FORCE)")
        directory = left.enter_context(folder_for("site"))
        yield Site(database_url, left.enter_context(_valkey(directory, cluster)), directory)
