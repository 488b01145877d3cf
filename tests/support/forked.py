"""Commands and programs of ours, each a process of its own, forked from one that has imported the package: see `forking`.

To import it takes a process a second or two, which is most of what a short command costs. Forked, it is another process
all the same, with an environment, a folder, a process id and an end of its own.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
from socket import AF_UNIX, MSG_PEEK, MSG_WAITALL, socket
from weakref import finalize

from tests.support.forking import NUMBER
from tests.support.shared import life, made_once


class Command:
    """A command that runs, with those members of `subprocess.Popen` that tests use.

    The first one of a run waits for the import: `started` has a thread wait for it.
    """

    def __init__(self, arguments: tuple[str, ...], variables: Mapping[str, str], folder: Path, output: Path) -> None:
        output.touch()  # who asks what it said is told, though it never began
        self._asked = socket(AF_UNIX)
        finalize(self, self._asked.close)
        self._asked.connect(str(made_once("forking", _begin)))
        asked = [arguments, dict(variables), str(folder), str(output)]
        self._asked.sendall(f"{json.dumps(asked)}\n".encode())
        self.pid = self._number(MSG_WAITALL)

    def _number(self, how: int) -> int:
        (number,) = NUMBER.unpack(self._asked.recv(NUMBER.size, how))
        return int(number)

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._end(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _end(self, timeout: float | None) -> int | None:
        """The code that it ended with, which stays to be read: a thread may wait for it while another asks."""
        return self._number(MSG_PEEK) if wait([self._asked], timeout) else None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _begin(address: Path) -> None:
    """Starts the process that the others are forked from, and waits until it may be asked at the address."""
    program = [sys.executable, "-m", "tests.support.forking", str(address), str(life())]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    heard, told = os.pipe()
    os.posix_spawn(sys.executable, program, variables, file_actions=[(os.POSIX_SPAWN_DUP2, told, 1)])
    os.close(told)
    with open(heard, encoding="utf-8") as said:
        assert said.readline(), "the process that commands are forked from did not begin"


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
            command.kill()  # else it would outlive who asked for it
        return code, output.read_text(encoding="utf-8")
