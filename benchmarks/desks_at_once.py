"""Desks that connect all at once, and what an idle one costs: `python benchmarks/desks_at_once.py [--desks 500]
[--rounds 1] [--json FILE]`.

Starts a PostgreSQL and a Valkey of its own and one router process. An adapter posts contacts at a steady rate all the
time, first alone, then while all desks connect at the same moment from another process. Prints how long it takes until
each desk has its `hello`, how many were refused, the adapter's latencies, and the memory that an idle desk costs the
router (resident set, before and after).
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from mci_router.access.keys import Scope, make_key
from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.cli.migrate import migrate
from mci_router.configuration import store, workspace_file
from mci_router.database import Database
from mci_router.embedded import running
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

SECRET = "a secret for benchmarks only, long enough"
POST_EVERY_S = 0.05
ALONE_S = 5
SETTLE_S = 6  # longer than a heartbeat
CAPACITY = {"units": 1, "channels": {"email": 1}}  # no chat: nothing is offered
MOST_S, MOST_RATIO, MOST_KB = 5, 2, 60


def document(desks: int) -> dict[str, Any]:
    return {
        "workspace": {"name": "large", "title": "Large"},
        "queues": [{"name": "desk", "service_level": {"goal": 0.8, "target_s": 60}}],
        "topics": [{"name": "other", "title": "Other", "queue": "desk"}],
        "agents": [{"name": f"agent_{number}", "title": "Agent", "capacity": CAPACITY} for number in range(desks)],
    }


async def fill(database_url: str, desks: int) -> tuple[str, list[str]]:
    """A workspace; the key of its adapter, and its agents' tokens."""
    database = Database(database_url, pool_size=2, timeout_s=30)
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document(desks)))
        key, secret = await make_key(session, workspace, "adapter", list(Scope), Trust.VERIFIED)
        tokens = Tokens(SECRET, ttl_s=3_600)
        agents = [await store.resource(session, workspace, "agent", f"agent_{number}") for number in range(desks)]
        made = [tokens.make(AgentIdentity(workspace, agent.name, agent.id, key.id))[0] for agent in agents]
    await database.close()
    return secret, made


async def connect_all(url: str, tokens: Sequence[str]) -> dict[str, Any]:
    """Connects all desks at the same moment; leaves them open."""
    began, fates, open_ones = time.perf_counter(), Counter[str](), list[ClientConnection]()
    took: list[float] = []

    async def one(token: str) -> None:
        try:
            socket = await connect(
                f"{url.replace('http', 'ws')}/v1/agent-socket",
                subprotocols=["mci.v1"],  # type: ignore[list-item]
                additional_headers={"Authorization": f"Bearer {token}"},
                open_timeout=60,
            )
            json.loads(await socket.recv())
            took.append(time.perf_counter() - began)
            open_ones.append(socket)
            fates["hello"] += 1
        except Exception as error:
            fates[f"{type(error).__name__} {str(error)[:60]}"] += 1

    await asyncio.gather(*(one(token) for token in tokens))
    print(json.dumps({"fates": dict(fates), "all_in_s": round(max(took or [0]), 2)}), flush=True)
    while True:
        for socket in open_ones:
            await socket.send(json.dumps({"type": "heartbeat", "id": "h", "data": {}}))
            await socket.recv()
        await asyncio.sleep(3_600)


class Adapter:
    """Posts contacts at a steady rate, whatever the answers take."""

    def __init__(self, url: str, key: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        self.latencies: list[float] = []

    async def post(self) -> None:
        began = time.perf_counter()
        body = {"channel": "chat", "text": "where is my parcel?", "topic": "other"}
        answer = await self.client.post("/v1/contacts", json=body)
        assert answer.status_code == 201, answer.text
        self.latencies.append(time.perf_counter() - began)

    async def run(self, until: asyncio.Future[Any]) -> dict[str, float]:
        self.latencies = []
        async with asyncio.TaskGroup() as group:
            while not until.done():
                group.create_task(self.post())
                await asyncio.sleep(POST_EVERY_S)
        ordered = sorted(self.latencies)
        return {"p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)], "most": ordered[-1]}


def stat(pid: int) -> tuple[float, float]:
    """The resident set in KB, and the seconds of CPU so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    memory = int(status.partition("VmRSS:")[2].split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return memory, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(url: str, pid: int, key: str, tokens: Path, desks: int) -> dict[str, Any]:
    adapter = Adapter(url, key)
    for _ in range(20):
        await adapter.post()
    alone = await adapter.run(asyncio.ensure_future(asyncio.sleep(ALONE_S)))
    memory, cpu = stat(pid)
    command = [sys.executable, __file__, "--connect", url, "--tokens", str(tokens)]
    clients = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert clients.stdout
    try:
        all_in = asyncio.ensure_future(clients.stdout.readline())
        beside = await adapter.run(all_in)
        found: dict[str, Any] = json.loads(await all_in)
        spent = stat(pid)[1] - cpu
        await asyncio.sleep(SETTLE_S)
        before_idle = stat(pid)[1]
        await asyncio.sleep(SETTLE_S)
        after, idle = stat(pid)
    finally:
        clients.terminate()
        await clients.wait()
    ms: dict[str, Any] = {f"{name}_{which}_ms": round(1000 * took[which], 1) for name, took in (("alone", alone), ("beside", beside))
          for which in ("p50", "p99", "most")}  # fmt: skip
    return (
        found
        | ms
        | {
            "cpu_ms_a_desk": round(1000 * spent / desks, 2),
            "kb_a_desk": round((after - memory) / desks, 1),
            "idle_cpu_ms_per_s": round(1000 * (idle - before_idle) / SETTLE_S),
        }
    )


def bench(desks: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory)) as servers:
            migrate(servers.database_url)
            key, made = asyncio.run(fill(servers.database_url, desks))
            tokens = Path(directory) / "tokens"
            tokens.write_text("\n".join(made))
            port = 18_000 + os.getpid() % 10_000
            variables = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "MCI_PORT": str(port)}
            log = Path(directory, "log")
            router = subprocess.Popen(
                [sys.executable, "-c", "from mci_router.cli import main; main()", "serve"],
                env=os.environ | variables | {"MCI_TOKEN_SECRET": SECRET, "MCI_LOG_LEVEL": "warning"},
                cwd=directory,
                stderr=log.open("w"),
            )
            try:
                url = f"http://127.0.0.1:{port}"
                wait_until_ready(url)
                figures = asyncio.run(measure(url, router.pid, key, tokens, desks))
            finally:
                router.terminate()
                router.wait()
            return figures | {"errors_in_log": log.read_text().count(" ERROR ")}


def wait_until_ready(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the router does not become ready")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--connect", help=argparse.SUPPRESS)
    parser.add_argument("--tokens", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.connect:
        asyncio.run(connect_all(chosen.connect, chosen.tokens.read_text().split()))
        return
    figures = bench(chosen.desks)
    print(json.dumps(figures, indent=2))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))
    ratio = figures["beside_p99_ms"] / figures["alone_p99_ms"]
    for what, found, most in (
        ("seconds until all desks are in", figures["all_in_s"], MOST_S),
        ("times the adapter's p99", ratio, MOST_RATIO),
        ("KB a desk", figures["kb_a_desk"], MOST_KB),
    ):
        print(f"{what}: {found:.2f}, at most {most}: {'met' if found <= most else 'NOT met'}")


if __name__ == "__main__":
    main()
