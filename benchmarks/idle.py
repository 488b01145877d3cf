"""What the service costs when nothing happens: `python benchmarks/idle.py [--processes 2] [--workspaces 1]`.

Prints CPU in ms a second of each router, of PostgreSQL and of Valkey, and statements and commands a second, over
`--seconds` of rest with default settings. The first workspace is the example; the others are the same by other names, without texts to
learn from.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from redis import Redis
from sqlalchemy import text

from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running

EXAMPLE = Path(__file__).parent.parent / "examples" / "telecom.yaml"
START_S = 300
SETTLE_S = 40
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_ms(pid: int) -> float:
    """Returns the CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def with_children_ms(pid: int) -> float:
    """Returns the CPU time of a process, of its children, and of those that have ended."""
    of_children = [child for child in Path("/proc").glob("[0-9]*") if _parent(child) == pid]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) * 1000 / TICKS
    return cpu_ms(pid) + ended + sum(cpu_ms(int(child.name)) for child in of_children)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


async def fill(database_url: str, workspaces: int) -> None:
    """Applies the example, under as many names."""
    database, document = Database(database_url, pool_size=1, timeout_s=60), workspace_file.read(EXAMPLE)
    untaught = [topic.model_copy(update={"examples": []}) for topic in document.topics]
    for number in range(workspaces):
        spec = document.workspace.model_copy(update={"name": f"{document.workspace.name}_{number}"})
        if number:  # to learn so many models would take longer than all the rest
            document = document.model_copy(update={"topics": untaught})
        async with database.transaction() as session:
            await workspace_file.apply(session, document.model_copy(update={"workspace": spec}))
    await database.close()


async def transactions(database_url: str) -> int:
    """Returns the transactions of the ledger so far."""
    database = Database(database_url, pool_size=1, timeout_s=60)
    query = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    async with database.transaction() as session:
        found = int(await session.scalar(text(query)) or 0)
    await database.close()
    return found


@contextmanager
def routers(servers: Servers, directory: Path, processes: int) -> Iterator[list[tuple[int, str]]]:
    """Runs router processes until the block ends; gives their ids and addresses."""
    variables = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "MCI_DRAIN_S": "0"}
    variables |= {"MCI_TOKEN_SECRET": "a secret for benchmarks only, long enough"}
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    started: list[subprocess.Popen[bytes]] = []
    addresses = []
    try:
        for _ in range(processes):
            port = _free_port()
            command = [sys.executable, "-c", "from mci_router.cli import main; main()", "serve"]
            with (directory / f"{port}.log").open("wb") as log:
                environment = inherited | variables | {"MCI_PORT": str(port)}
                started.append(subprocess.Popen(command, env=environment, cwd=directory, stdout=log, stderr=log))
            addresses.append(f"http://127.0.0.1:{port}")
        for address in addresses:
            _until_ready(address)
        yield [(process.pid, address) for process, address in zip(started, addresses, strict=True)]
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(120)


def _until_ready(address: str) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > until:
            raise TimeoutError(f"{address} is not ready")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def measure(servers: Servers, pids: list[int], seconds: float) -> list[tuple[str, float]]:
    """Returns what each process costs at rest, and how often it asks."""
    postgres, valkey, client = servers.postgres.pid or 0, servers.valkey.pid or 0, Redis.from_url(servers.redis_url)
    before = [*map(cpu_ms, pids), with_children_ms(postgres), cpu_ms(valkey)]
    calls_before = _calls(client)
    asked_before = asyncio.run(transactions(servers.database_url))
    time.sleep(seconds)
    after = [*map(cpu_ms, pids), with_children_ms(postgres), cpu_ms(valkey)]
    names = [*(f"router {number}, ms/s" for number in range(len(pids))), "PostgreSQL, ms/s", "Valkey, ms/s"]
    rows = [(name, (b - a) / seconds) for name, a, b in zip(names, before, after, strict=True)]
    calls = {name: count - calls_before.get(name, 0) for name, count in _calls(client).items()}
    asked = asyncio.run(transactions(servers.database_url)) - asked_before
    rows.append(("transactions a second", asked / seconds))
    busiest = sorted(calls.items(), key=lambda item: -item[1])
    rows.append(("commands a second", sum(calls.values()) / seconds))
    return rows + [(f"  {name}", count / seconds) for name, count in busiest[:8]]


def _calls(client: Redis) -> dict[str, int]:
    stats = client.info("commandstats")
    return {name.removeprefix("cmdstat_"): figures["calls"] for name, figures in stats.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--workspaces", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-idle-") as name:
        directory = Path(name)
        os.chmod(directory, 0o755)  # noqa: S103 — PostgreSQL's user passes through it
        with running(directory) as servers:
            migrate(servers.database_url)
            asyncio.run(fill(servers.database_url, options.workspaces))
            with routers(servers, directory, options.processes) as started:
                time.sleep(SETTLE_S)
                for what, figure in measure(servers, [pid for pid, _ in started], options.seconds):
                    print(f"{what:28}{figure:10.2f}")


if __name__ == "__main__":
    main()
