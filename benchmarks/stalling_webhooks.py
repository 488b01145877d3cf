"""What stalling webhooks cost the others: `python benchmarks/stalling_webhooks.py [--workspaces 2] [--hooks 20]
[--events 20] [--json FILE]`.

Starts a PostgreSQL of its own, and one process's dispatcher with the default settings. A workspace with one good
endpoint is told an event, again and again, first alone, then while all webhooks of the other workspaces stall: a
quarter of them accept and never answer, a quarter answer after twelve seconds, a quarter with 500, a quarter refuse the
connection. Prints how long the good endpoint's event takes, from its commit to its receipt.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from mci_router.cli.migrate import migrate
from mci_router.clock import to_ms, utc_now
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import running
from mci_router.lanes import LedgerLanes
from mci_router.models.precondition import Precondition
from mci_router.routing.entries import JournalEntry
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.webhooks import filling, subscriptions
from mci_router.webhooks.dispatcher import Dispatcher

ROUNDS = 8
PAUSE_S = 1.0  # between rounds
MOST_RATIO = 2  # of the median
SLOW_S = 12

numbers = count()


async def _nobody(_: str) -> str | None:
    return None  # no journal: nothing has to be waited for


class Endpoints:
    """A server on loopback whose paths stall in their own ways; `arrived` has when the good one was told."""

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.changed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.lower().partition("content-length:")[2].split("\r\n")[0])
                event = json.loads(await reader.readexactly(length))
                path = head.split(" ")[1]
                if path == "/never":
                    await asyncio.sleep(3_600)
                if path == "/slow":
                    await asyncio.sleep(SLOW_S)
                if path == "/good":
                    self.arrived[event["subject"]] = time.perf_counter()
                    self.changed.set()
                status = "500 Internal Server Error" if path == "/broken" else "204 No Content"
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()


class Bench:
    """A ledger with workspaces and their webhooks."""

    def __init__(self, database: Database, endpoints: Endpoints, port: int) -> None:
        self.database, self.endpoints, self.port = database, endpoints, port
        self.lanes = LedgerLanes(database, 1)

    async def workspace(self, name: str, paths: list[str]) -> str:
        document = {"workspace": {"name": name, "title": name}}
        async with self.database.transaction() as session:
            workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document))
            for number, path in enumerate(paths):
                url = "http://127.0.0.1:9/refused" if path == "refused" else f"http://127.0.0.1:{self.port}/{path}"
                spec = {"url": url, "events": ["*"], "queues": [], "channels": [], "active": True}
                spec["sensitive"] = "included"
                await subscriptions.put(
                    session, workspace, f"hook_{number}", spec, most=99, precondition=Precondition(None)
                )
        return workspace

    async def tell(self, workspace: str, events: int) -> list[str]:
        at, contacts, entries = to_ms(utc_now()), [f"con_{next(numbers)}" for _ in range(events)], []
        for contact in contacts:
            data = {"type": "contact.queued", "at": at, "contact": contact, "state": "queued", "channel": "chat"}
            entries.append(JournalEntry.of(f"{at}-{next(numbers)}", data))
        async with self.lanes.taken() as lane, lane.transaction():
            await filling.fill(lane, workspace, entries)
        return contacts

    async def seconds(self, workspace: str) -> list[float]:
        """How long each of some events takes."""
        took = []
        for _ in range(ROUNDS):
            (contact,) = await self.tell(workspace, 1)
            began = time.perf_counter()
            while contact not in self.endpoints.arrived:
                self.endpoints.changed.clear()
                await self.endpoints.changed.wait()
            took.append(self.endpoints.arrived[contact] - began)
            await asyncio.sleep(PAUSE_S)
        return took


@contextlib.asynccontextmanager
async def dispatching(settings: Settings, database: Database) -> AsyncIterator[None]:
    dispatcher = Dispatcher(settings, database, _nobody)

    async def turns() -> None:
        while True:
            await dispatcher.turn()
            await asyncio.sleep(settings.webhook_interval_s)

    loop = asyncio.create_task(turns())
    try:
        yield
    finally:
        loop.cancel()
        await dispatcher.close()


async def measure(database_url: str, workspaces: int, hooks: int, events: int) -> dict[str, float]:
    settings = Settings(_env_file=None, webhook_private_targets=True)
    database = Database(database_url, pool_size=settings.database_pool, timeout_s=settings.database_timeout_s)
    endpoints = Endpoints()
    server = await asyncio.start_server(endpoints.serve, "127.0.0.1", 0)
    bench = Bench(database, endpoints, server.sockets[0].getsockname()[1])
    good = await bench.workspace("good", ["good"])
    ways = (["never", "slow", "broken", "refused"] * hooks)[:hooks]
    bad = [await bench.workspace(f"bad_{number}", ways) for number in range(workspaces)]
    async with dispatching(settings, database):
        alone = await bench.seconds(good)
        for workspace in bad:
            await bench.tell(workspace, events)
        beside = await bench.seconds(good)
    await database.close()
    return {
        "stalling_webhooks": workspaces * hooks,
        "alone_median_s": round(statistics.median(alone), 3),
        "alone_most_s": round(max(alone), 3),
        "beside_median_s": round(statistics.median(beside), 3),
        "beside_most_s": round(max(beside), 3),
        "ratio_of_medians": round(statistics.median(beside) / statistics.median(alone), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("workspaces", 2), ("hooks", 20), ("events", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory)) as servers:
            migrate(servers.database_url)
            figures = asyncio.run(measure(servers.database_url, chosen.workspaces, chosen.hooks, chosen.events))
    print(json.dumps(figures, indent=2))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))
    if figures["ratio_of_medians"] > MOST_RATIO:
        raise SystemExit(f"an event takes more than {MOST_RATIO} times as long beside webhooks that stall")


if __name__ == "__main__":
    main()
