"""The process that the commands of a run are forked from: one for all workers of the run, which ask it over a socket.

It has imported the package and is as warm as a router is after its first seconds, which takes three seconds of CPU. It
ends with the run, and what it has forked ends with it.
"""

import json
import os
import runpy
import signal
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from socket import AF_UNIX, socket
from struct import Struct

COMMANDS = (
    "adapter",
    "adapter_mastodon",
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
IMPORTED = ("mci_router.app", *(f"mci_router.cli.{name}" for name in COMMANDS), "tests.support.warm")
"""The commands, and the service, which `serve` imports last."""

NUMBER = Struct("=q")
"""What an asker is told: the id of its process, and later the code that this ends with."""


def main(address: str, life: str) -> None:
    """Forks whatever is asked for at an address, until the other end of a pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to pytest
    for name in IMPORTED:
        import_module(name)
    with socket(AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        _serve(listener, os.open(life, os.O_RDONLY | os.O_NONBLOCK))


def _serve(listener: socket, life: int) -> None:
    running: dict[int, tuple[ForkProcess, socket]] = {}
    while life not in (ready := wait([listener, life, *running])):
        for one in ready:
            if isinstance(one, int):
                _bury(*running.pop(one))
            else:
                process, asker = _forked(listener)
                running[process.sentinel] = process, asker
    for process, _ in running.values():
        process.kill()


def _forked(listener: socket) -> tuple[ForkProcess, socket]:
    asker, _ = listener.accept()
    with asker.makefile() as asked:
        process = get_context("fork").Process(target=_become, args=json.loads(asked.readline()))
    process.start()
    asker.sendall(NUMBER.pack(process.pid))
    return process, asker


def _bury(process: ForkProcess, asker: socket) -> None:
    process.join()
    with asker, suppress(OSError):  # who asked may have ended before
        asker.sendall(NUMBER.pack(process.exitcode))


def _become(arguments: list[str], variables: dict[str, str], folder: str, output: str) -> None:
    """Runs a command in the process that was forked for it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(told, stream)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    if arguments[0].endswith(".py"):  # a program of `examples/`
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")
        return
    sys.argv = ["mci-router", *arguments]
    from mci_router.cli import main

    main()


if __name__ == "__main__":
    main(*sys.argv[1:])
