"""The ground of a proof: real servers, and routers on ports of their own that can be killed, stopped and started again."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from mci_router.cli.migrate import migrate
from mci_router.embedded import EmbeddedPostgres, EmbeddedServer, EmbeddedValkey, owned
from mci_router.embedded.programs import together
from tests.support.cluster import ValkeyCluster, running_cluster
from tests.support.forked import Command
from tests.support.processes import COMMAND, environment, free_port
from tests.support.service import eventually
from tests.survival.wire import ask

ROUTERS = 3
READY_S = 90
SETTINGS = {
    "MCI_DRAIN_S": "1",
    "MCI_WEBHOOK_PRIVATE_TARGETS": "true",  # the receivers listen on loopback
    "MCI_WEBHOOK_TIMEOUT_S": "2",
    "MCI_WEBHOOK_RETRY_DELAYS_S": "[1, 1, 2, 2, 4, 4, 8, 8]",
}
"""All else is as it is delivered: leases, grace, recovery and time-outs."""


@dataclass
class Router:
    """A router process that keeps its port over its deaths."""

    variables: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | Command | None = None
    forked: bool = False
    """Whether it comes from a process that has imported the package, as in the suite; the proof starts it afresh."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def start(self, **more: str) -> None:
        """Starts it, with more variables, and returns at once."""
        variables = {**self.variables, **more, "MCI_PORT": str(self.port)}
        if self.forked:
            self.process = Command(("serve",), variables, self.log.parent, self.log)
            return
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [COMMAND, "serve"],
                env=variables,
                cwd=self.log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is for who runs the proof
            )

    async def ready(self) -> None:
        await eventually(self._answers, READY_S)

    async def _answers(self) -> bool:
        assert self.process, "it was not started"
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
        with suppress(OSError, EOFError, TimeoutError):
            return (await ask(self.url, "GET", "/readyz", timeout_s=2)).status == 200
        return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    async def stop(self) -> None:
        """Stops it in good order; kills it when that takes too long."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                await asyncio.to_thread(self.process.wait, 20)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Ground:
    """A ledger, a live state, and the routers on them. `postgres` is None where it is not to be harmed."""

    database_url: str
    valkey: EmbeddedValkey | ValkeyCluster
    directory: Path
    postgres: EmbeddedPostgres | None = None
    routers: list[Router] = field(default_factory=list)
    forked: bool = False

    async def start_routers(self, count: int = ROUTERS, **more: str) -> None:
        """Starts so many, and returns when all are ready."""
        variables = environment(self.database_url, self.valkey.url) | SETTINGS | more
        logs = [self.directory / f"router_{number}.log" for number in range(count)]
        self.routers += [Router(variables, log, forked=self.forked) for log in logs]
        for router in self.routers:
            await asyncio.to_thread(router.start)  # the first one forked imports the package before
        await asyncio.gather(*(router.ready() for router in self.routers))

    async def whole(self) -> None:
        """Starts again what is gone, and returns when all is ready."""
        for server in (self.postgres, *self.valkeys):
            if server and server.pid is None:
                await asyncio.to_thread(server.start)
        for router in self.routers:
            if not router.process or router.process.poll() is not None:
                await asyncio.to_thread(router.start)
        await asyncio.gather(*(router.ready() for router in self.routers))

    @property
    def valkeys(self) -> list[EmbeddedServer]:
        """Each server of its Valkey."""
        return list(self.valkey.servers) if isinstance(self.valkey, ValkeyCluster) else [self.valkey]

    async def stop_routers(self) -> None:
        for router in self.routers:
            if router.process:
                with suppress(ProcessLookupError):
                    os.kill(router.pid, signal.SIGCONT)
        await asyncio.gather(*(router.stop() for router in self.routers))


@asynccontextmanager
async def ground(
    *,
    disk: Path | None = None,
    replicas: bool = False,
    variables: Mapping[str, str] | None = None,
    routers: int = ROUTERS,
) -> AsyncIterator[Ground]:
    """A ground of its own, gone when the block ends, however it ends.

    `disk` is where PostgreSQL has its data; `replicas` gives a cluster of Valkey, each primary with a replica.
    """
    async with AsyncExitStack() as stack:
        # Not below a folder of mode 0700: PostgreSQL does not run as root.
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mci-survival-")))
        directory.chmod(0o755)
        stack.enter_context(owned(disk or directory))
        if disk:
            stack.enter_context(owned(directory))
        postgres = EmbeddedPostgres(disk or directory)
        valkey = (
            stack.enter_context(running_cluster(directory, replicas=True)) if replicas else EmbeddedValkey(directory)
        )
        stack.callback(postgres.stop)
        if isinstance(valkey, EmbeddedValkey):
            stack.callback(valkey.stop)
            await asyncio.to_thread(together, postgres.start, valkey.start)
        else:
            await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(migrate, postgres.url)
        made = Ground(postgres.url, valkey, directory, postgres)
        stack.push_async_callback(made.stop_routers)
        await made.start_routers(routers, **(variables or {}))
        yield made


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Processes that take nothing and answer nothing (SIGSTOP) until the block ends."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def family(pid: int) -> list[int]:
    """Returns a process and all that it has started: of PostgreSQL, its sessions."""
    parent = psutil.Process(pid)
    return [pid, *(child.pid for child in parent.children(recursive=True))]


def memory_mb(pid: int) -> float:
    """Returns what a process has in memory."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def now() -> float:
    """Returns the seconds of the client's clock."""
    return time.monotonic()
