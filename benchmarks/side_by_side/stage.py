"""The stage of a run: durable servers, a migrated ledger, workspaces with keys, and bursts at rest before and after."""

import asyncio
import itertools
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from benchmarks.side_by_side.load import Burst
from benchmarks.side_by_side.processes import cpu_s
from benchmarks.side_by_side.services import ROOT, Service
from mci_router.access.keys import Scope, make_key
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.routing.engine import prefix
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

EXAMPLE = ROOT / "examples/telecom.yaml"
REST_S = 15  # at most, until a service has done what it owes
LOOK_S = 0.1
QUIET_S, QUIET_SHARE = 0.5, 0.4  # a service at rest uses less of one processor than this
START_UP_S = 180  # at most, for models that are still learnt when it is ready
LOG_FILES = 48  # of PostgreSQL's, of 16 MB each: more than a family of rows fills between two of its checkpoints


@dataclass(frozen=True, slots=True)
class Tenant:
    """A workspace, and a key that may do everything in it."""

    id: str
    key: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU of a burst, in seconds."""

    service: float
    postgres: float
    valkey: float

    @property
    def whole(self) -> float:
        return self.service + self.postgres + self.valkey


@dataclass
class Stage:
    """What families of rows work with."""

    directory: Path
    servers: Servers
    database: Database
    redis: Redis
    rounds: int
    burst_s: float
    tenants: dict[str, Tenant] = field(default_factory=dict)
    peak_per_s: float = 0  # contacts a second with the topic given, once that was measured
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def secret(self) -> str:
        return self.variables["MCI_TOKEN_SECRET"]

    def __post_init__(self) -> None:
        self.variables = {
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "MCI_TOKEN_SECRET": secrets.token_urlsafe(48),
            "MCI_DRAIN_S": "0",
        }

    async def tenant(self, document: WorkspaceFile) -> Tenant:
        """Returns the workspace that the document describes, made on first use."""
        name = document.workspace.name
        if name not in self.tenants:
            async with self.database.transaction() as session:
                workspace, _ = await workspace_file.apply(session, document)
                kept, key = await make_key(session, workspace, "bench", list(Scope), Trust.VERIFIED)
            self.tenants[name] = Tenant(workspace, key, kept.id)
        return self.tenants[name]

    def cost_until_now(self, service: Service) -> Cost:
        postgres, valkey = self.servers.postgres.pid, self.servers.valkey.pid
        return Cost(service.cpu_s(), cpu_s([postgres or 0]), cpu_s([valkey or 0]))

    async def measured(
        self, service: Service, work: Callable[[], Awaitable[Burst]], tenant: Tenant | None = None
    ) -> tuple[Burst, Cost]:
        """Returns what a burst came to, and what it cost until the tenant's journal was in the ledger."""
        before = self.cost_until_now(service)
        burst = await work()
        if tenant:
            await self.at_rest(tenant)
        after = self.cost_until_now(service)
        if burst.refused:
            raise SystemExit(f"{service.name} refused {len(burst.refused)}: {burst.refused[0][:500]!r}")
        spent = Cost(after.service - before.service, after.postgres - before.postgres, after.valkey - before.valkey)
        return burst, spent

    async def quiet(self, service: Service) -> None:
        """Waits until a service that was started does what it always does, and no more."""
        calm, before = 0, service.cpu_s()
        for _ in range(round(START_UP_S / QUIET_S)):
            await asyncio.sleep(QUIET_S)
            now = service.cpu_s()
            used, before = now - before, now
            calm = calm + 1 if used < QUIET_SHARE * QUIET_S else 0
            if calm == 4:
                return

    async def at_rest(self, tenant: Tenant) -> None:
        """Waits until the ledger has the whole journal of the tenant."""
        stream = f"{prefix(tenant.id)}:journal"
        for _ in range(round(REST_S / LOOK_S)):
            if not await self.redis.exists(stream):
                return
            newest = (await self.redis.xinfo_stream(stream))["last-generated-id"]
            groups = await self.redis.xinfo_groups(stream)
            if all(group["pending"] == 0 and group["last-delivered-id"] == newest for group in groups):
                return
            await asyncio.sleep(LOOK_S)


def example() -> WorkspaceFile:
    """Returns the workspace of the example: 42 topics, 14 agents, of whom none is signed in."""
    return workspace_file.read(EXAMPLE)


def body(**members: Any) -> bytes:
    return json.dumps(members).encode()


@asynccontextmanager
async def staged(*, rounds: int, burst_s: float) -> AsyncIterator[Stage]:
    """Sets the stage on durable servers of its own, and clears it away."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mci-bench-")))
        directory.chmod(0o755)
        servers = stack.enter_context(running(directory, durable=True))
        await asyncio.to_thread(migrate, servers.database_url)
        database = Database(servers.database_url, pool_size=2, timeout_s=30)
        redis = Redis.from_url(servers.redis_url, decode_responses=True)
        try:
            await _has_run(database)
            yield Stage(directory, servers, database, redis, rounds, burst_s)
        finally:
            await redis.aclose()
            await database.close()


async def _has_run(database: Database) -> None:
    """Has PostgreSQL's log files there, as they are where a service has run for a day.

    A new server makes each when it is needed, and no commit ends meanwhile, for some 40 ms; later it uses them again.
    """
    await database.alone(f"ALTER SYSTEM SET min_wal_size = '{16 * LOG_FILES}MB'")
    await database.look("SELECT pg_reload_conf()")
    for _ in range(LOG_FILES):
        await database.look("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
    await database.alone("CHECKPOINT")
