"""A PostgreSQL and a Valkey of their own, whose administrator makes them refuse, and a router between them and desks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from redis.asyncio import Redis

from mci_router.embedded import Servers, running
from tests.support.ledgers import migrated_data
from tests.support.processes import Router
from tests.support.service import TestDesk, Workspace, eventually
from tests.support.shared import folder_for
from tests.support.site import Site
from tests.survival.stage import untaught

LEDGER, ROLE = "mci_router", "router"
RECOVERY_S = 30  # it takes seconds, but not on a machine that is busy with other things
HASTE = {
    "MCI_RECOVERY_INTERVAL_S": "0.5",
    "MCI_RECOVERY_AGE_S": "1",
    "MCI_DATABASE_POOL": "2",
    "MCI_COMMAND_POOL": "2",
}
OWN = f"""DO $$ DECLARE one text; BEGIN
    CREATE ROLE {ROLE} LOGIN;
    ALTER DATABASE {LEDGER} OWNER TO {ROLE};
    ALTER SCHEMA public OWNER TO {ROLE};
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO {ROLE}', one);
    END LOOP;
END $$"""
"""The routers' role owns all, and may what the owner may: an administrator has more to say."""


@dataclass
class Ground:
    """The servers, with the administrator's connections to them, and a router."""

    servers: Servers
    site: Site
    router: Router
    valkey: Redis

    async def sql(self, *statements: str, database: str = LEDGER) -> None:
        """Runs statements as PostgreSQL's administrator."""
        connection = await self.administrator(database)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def administrator(self, database: str = LEDGER) -> asyncpg.Connection:
        """A connection of PostgreSQL's administrator."""
        folder = str(self.servers.postgres.socket_folder)
        return await asyncpg.connect(user="postgres", host=folder, port=5432, database=database)

    async def live(self, *command: str) -> Any:
        """Runs a command as Valkey's administrator, whose connection stays whatever is done to others."""
        return await self.valkey.execute_command(*command)  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def workspace(self) -> AsyncIterator[Workspace]:
        document = untaught()
        for queue in document["queues"]:
            queue["wrap_up_s"] = 0
        async with self.site.workspace(self.router, document) as workspace:
            yield workspace

    def logged(self, since: int) -> str:
        """What the router has logged since its log was so many bytes long."""
        return self.router.log.read_bytes()[since:].decode()

    @property
    def log_size(self) -> int:
        return self.router.log.stat().st_size


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """The servers and a router with small pools."""
    with folder_for("refusing") as directory:
        await asyncio.to_thread(migrated_data, directory)  # a loop of its own makes them
        with running(directory, durable=False) as servers:
            url = servers.database_url.replace("postgres@", f"{ROLE}@")
            site = Site(url, servers.valkey, directory)
            async with Redis.from_url(servers.valkey.url, decode_responses=True) as valkey:
                made = Ground(servers, site, None, valkey)  # type: ignore[arg-type]  # in a moment
                await made.sql(OWN)
                async with site.router(**HASTE) as router:
                    made.router = router
                    yield made


async def ready(api: httpx.AsyncClient) -> dict[str, Any]:
    """What `/readyz` says, with its status code."""
    answer = await api.get("/readyz")
    return {"code": answer.status_code, **answer.json()}


async def refusal(api: httpx.AsyncClient) -> dict[str, Any] | None:
    """What `/readyz` says once it has heard a refusal: at first connections may be found dead."""
    answer = await ready(api)
    return answer if "refuses" in answer else None


async def is_ready(api: httpx.AsyncClient) -> bool:
    """Whether all is well again."""
    return bool((await ready(api))["status"] == "ready")


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` returns once it is true, which is within seconds of the end of a fault."""
    return await eventually(look, RECOVERY_S)


async def serves(desk: TestDesk, contacts: set[str]) -> None:
    """Takes what the desk is offered, and completes it, until each of the contacts was served."""
    while contacts:
        offer = await desk.expect("offer.created")
        assignment = (await desk.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
        contacts.discard(offer["contact"]["id"])
