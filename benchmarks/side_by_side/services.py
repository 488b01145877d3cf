"""Services as processes of their own: started, waited for, held still while another is measured, stopped."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.side_by_side.processes import cpu_s, tree

ROOT = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG")
START_S = 120
POLL_S = 0.005
ROUTER = (sys.executable, "-c", "from mci_router.cli import main; main()", "serve", "--workers")
NOT_SERVING = (b"resource_tracker", b"learning.worker")  # processes below one that serves
YARDSTICK = "benchmarks.side_by_side.yardstick:app"


@dataclass(frozen=True)
class Service:
    """A running service: all its processes descend from one."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def workers(self) -> list[int]:
        """The processes that answer: those below the one that supervises them, or itself if it is alone."""
        served = sorted(pid for pid in tree(self.process.pid) if _serves(pid))
        return [pid for pid in served if pid != self.process.pid] or served

    def cpu_s(self) -> float:
        return cpu_s([self.process.pid])

    def hold(self) -> None:
        """Lets it stand still."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets it run again: first its workers, so that their supervisor finds them alive."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        for pid in sorted(tree(self.process.pid), reverse=what is signal.SIGCONT):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def ready(self, path: str) -> bool:
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} ended: {self.log.read_text()[-2_000:]}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError):
            connection.request("GET", path)
            return connection.getresponse().status == 200
        return False


def _serves(pid: int) -> bool:
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return not any(other in command for other in NOT_SERVING)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def uvicorn(app: str, workers: int) -> list[str]:
    """Returns the command that serves an app as the service is served; `{port}` stands for the port."""
    options = ["--port", "{port}", "--workers", str(workers), "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--no-access-log", "--log-level", "warning", "--ws", "websockets-sansio"]
    return [sys.executable, "-m", "uvicorn", app, *options, *quiet]


def start(
    name: str, command: Sequence[str], variables: Mapping[str, str], port: int, log: Path, packages: str = ""
) -> Service:
    """Starts a process that is told somehow to listen on `port`; `packages` is a folder that goes before ours."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    # the sources here, and the yardstick
    paths = os.pathsep.join(filter(None, [packages, str(ROOT / "src"), str(ROOT)]))
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**inherited, "PYTHONPATH": paths, **variables},
            cwd=log.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Service(name, port, process, log)


def wait(service: Service, path: str) -> float:
    """Waits until it answers 200 at `path`. Returns the seconds that it took."""
    began = time.monotonic()
    while not service.ready(path):
        if time.monotonic() - began > START_S:
            raise SystemExit(f"{service.name} was not ready within {START_S} s: see {service.log}")
        time.sleep(POLL_S)
    return time.monotonic() - began


def stop(service: Service) -> None:
    """Ends it, and what it started, by their ids."""
    service.go_on()
    below = [pid for pid in tree(service.process.pid) if pid != service.process.pid]
    service.process.terminate()
    try:
        service.process.wait(20)
    except subprocess.TimeoutExpired:
        for pid in [service.process.pid, *below]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        service.process.wait()


@contextmanager
def router(directory: Path, variables: Mapping[str, str], *, workers: int) -> Iterator[Service]:
    """Runs the service, ready with its models, until the block ends."""
    port, name = free_port(), f"router-{workers}"
    log = directory / f"{name}-{port}.log"
    service = start(name, [*ROUTER, str(workers)], {**variables, "MCI_PORT": str(port)}, port, log)
    try:
        wait(service, "/readyz")
        yield service
    finally:
        stop(service)


@contextmanager
def yardstick(directory: Path, variables: Mapping[str, str], *, workers: int) -> Iterator[Service]:
    """Runs the yardstick until the block ends."""
    port = free_port()
    command = [part.format(port=port) for part in uvicorn(YARDSTICK, workers)]
    service = start("yardstick", command, variables, port, directory / f"yardstick-{port}.log")
    try:
        wait(service, "/openapi.json")
        yield service
    finally:
        stop(service)
