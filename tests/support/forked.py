"""Commands of ours, each a process of its own, forked from one that has imported the package.

To import it takes a process a second or two, which is most of what a short command costs. Forked, it is another process
all the same, with an environment, a folder, a process id and an end of its own.
"""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from threading import Lock

COMMANDS = (
    "adapter",
    "adapter_twilio",
    "apply",
    "dev",
    "import_articles",
    "import_history",
    "key",
    "migrate",
    "rebuild",
    "reporting_role",
    "serve",
    "verify_reports",
)
IMPORTED = (
    "pytest",
    __name__,
    "mci_router.app",
    *(f"mci_router.cli.{name}" for name in COMMANDS),
    "tests.support.warm",
)
"""What the first process imports: the commands, the service, which `serve` imports last, and what each process asks for
that is forked under pytest. It is as warm as a router is after its first seconds.
"""

STARTING = Lock()
"""The first commands may begin at once, each in a thread of its own."""


@cache
def _forking() -> ForkServerContext:
    """The process that the others are forked from: it starts with the first of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED])
    with _path():
        ensure_running()
    return context


@contextmanager
def _path() -> Iterator[None]:
    """Tells the process that begins where modules are found."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


class Command:
    """A command that runs, with those members of `subprocess.Popen` that tests use.

    The first one waits for the import: `started` has a thread wait for it.
    """

    def __init__(self, arguments: tuple[str, ...], variables: Mapping[str, str], folder: Path, output: Path) -> None:
        output.touch()  # who asks what it said is told, though it never began
        with STARTING:
            forking = _forking()
        self._process: ForkServerProcess = forking.Process(
            target=_become, args=(arguments, dict(variables), folder, output)
        )
        self._process.start()
        assert self._process.pid
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _become(arguments: tuple[str, ...], variables: Mapping[str, str], folder: Path, output: Path) -> None:
    """Runs a command in the process that was forked for it."""
    told = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(told, stream)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv = ["mci-router", *arguments]
    from mci_router.cli import main

    main()


async def started(arguments: tuple[str, ...], variables: Mapping[str, str], folder: Path, output: Path) -> Command:
    """Starts a command; the event loop goes on meanwhile."""
    return await asyncio.to_thread(Command, arguments, variables, folder, output)


async def run(*arguments: str, variables: Mapping[str, str], folder: Path | None = None) -> tuple[int, str]:
    """Returns a command's code and all that it says."""
    with tempfile.TemporaryDirectory(prefix="mci-command-") as own:
        output = Path(own) / "output"
        command = await started(arguments, variables, folder or Path(own), output)
        try:
            code = await asyncio.to_thread(command.wait)
        finally:
            command.kill()  # else the tests would wait for it at their end, too
        return code, output.read_text(encoding="utf-8")
