"""What requests of reports cost: asked of a service over a workspace that is made for it, and measured.

Cost is the time on a core, of this process, in which the service runs, and of PostgreSQL: on a busy machine the clock
says little. A request is asked for five times, and the cheapest is what it costs.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Scope, make_key
from mci_router.app import create_app
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.models.partitions import keep_partitions
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

MOST_S = 1.0
TIMES = 5
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on a core, and by the clock."""

    service_s: float
    postgres_s: float
    clock_s: float

    @property
    def core_s(self) -> float:
        return self.service_s + self.postgres_s


@dataclass(frozen=True, slots=True)
class Made:
    """A workspace to ask, what fills its tables, and the paths to ask for, by what they are called."""

    document: Mapping[str, Any]
    scopes: Sequence[Scope]
    fill: Callable[[AsyncSession, str], Awaitable[None]]
    tables: Sequence[str]
    asked: Mapping[str, str]


def postgres_s(servers: Servers) -> float:
    """The seconds on a core of all of PostgreSQL's processes, of those that have ended too."""
    postmaster = int((servers.postgres.folder / "postmaster.pid").read_text().split()[0])
    spent = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    total = sum(map(int, spent[11:15])) / TICKS  # its own, and of children that have ended
    for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
        try:
            total += int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / 1e9
        except FileNotFoundError:
            continue
    return total


async def cost_of(servers: Servers, work: Callable[[], Awaitable[object]]) -> Cost:
    """The least that the work costs."""
    found = list[Cost]()
    for _ in range(TIMES):
        theirs, ours, began = postgres_s(servers), time.process_time(), time.perf_counter()
        await work()
        clock = time.perf_counter() - began
        found.append(Cost(time.process_time() - ours, max(0.0, postgres_s(servers) - theirs), clock))
    return min(found, key=lambda one: one.core_s)


async def measure(servers: Servers, made: Made) -> dict[str, Cost]:
    """What each request costs."""
    settings = Settings(
        _env_file=None,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        token_secret=SecretStr("a secret for a benchmark only, long enough"),
        redis_timeout_s=30,
    )
    database = Database(servers.database_url, pool_size=2, timeout_s=300)
    await keep_partitions(database, {})
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(made.document))
        _, key = await make_key(session, workspace, "benchmark", list(made.scopes), Trust.CLAIMED)
        await made.fill(session, workspace)
    for table in made.tables:  # as autovacuum does
        await database.alone(f"VACUUM ANALYZE {table}", timeout_s=300)
    await database.close()
    app, costs = create_app(settings), dict[str, Cost]()
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://benchmark", headers=headers) as api,
    ):
        for name, path in made.asked.items():

            async def ask(path: str = path) -> None:
                response = await api.get(path, timeout=60)
                if response.is_error:
                    raise SystemExit(f"{path}: {response.text}")

            costs[name] = await cost_of(servers, ask)
    return costs


def printed(description: str, made: Callable[[argparse.Namespace], Made], **counts: int) -> None:
    """Prints what requests cost, and fails if one is longer than a second on a core.

    `counts` are options of the command with their defaults.
    """
    options = argparse.ArgumentParser(description=description.partition("\n")[0])
    for name, usual in counts.items():
        options.add_argument(f"--{name}", type=int, default=usual)
    options.add_argument("--json", type=Path, help="write the figures to this file, too")
    options.add_argument("--only", default="", help="only what has this in its name")
    chosen = options.parse_args()
    workspace = made(chosen)
    wanted = {name: path for name, path in workspace.asked.items() if chosen.only in name}
    with tempfile.TemporaryDirectory(prefix="mci-reports-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=False) as servers:
            migrate(servers.database_url)
            costs = asyncio.run(measure(servers, replace(workspace, asked=wanted)))
    print(f"{'seconds on a core':50} {'service':>8} {'PostgreSQL':>11} {'both':>7} {'clock':>7}")
    for name, cost in costs.items():
        print(f"{name:50} {cost.service_s:>8.3f} {cost.postgres_s:>11.3f} {cost.core_s:>7.3f} {cost.clock_s:>7.3f}")
    if chosen.json:
        chosen.json.write_text(json.dumps({name: asdict(cost) for name, cost in costs.items()}) + "\n")
    if slow := [name for name, cost in costs.items() if cost.core_s > MOST_S]:
        raise SystemExit(f"longer than {MOST_S} s: {', '.join(slow)}")
