"""Valkey and PostgreSQL: killed, stopped, emptied, and out of room."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.survival.ground import family, now, stopped
from tests.survival.scenario import Scenario
from tests.survival.stage import Stage

AWAY_S = 3
STOPPED_S = 8
FULL_S = 6
DISK_MB = 256
BALLAST = "ballast"


async def restart_valkey(stage: Stage) -> float:
    """SIGKILL; back after some seconds with all that it had."""
    await asyncio.to_thread(stage.ground.valkey.kill)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(stage.ground.valkey.start)
    return now()


async def empty_valkey(stage: Stage, away_s: float = AWAY_S) -> float:
    """SIGKILL; back with nothing: the live state is made from the ledger."""
    stage.forgot = now()
    await asyncio.to_thread(stage.ground.valkey.kill)
    stage.ground.valkey.wipe()
    await asyncio.sleep(away_s)
    await asyncio.to_thread(stage.ground.valkey.start)
    return now()


async def stop_valkey(stage: Stage) -> float:
    """SIGSTOP: it takes connections and answers nothing."""
    with stopped([server.pid for server in stage.ground.valkeys if server.pid]):
        await asyncio.sleep(STOPPED_S)
    return now()


async def restart_postgres(stage: Stage) -> float:
    """SIGKILL of the postmaster, whose sessions die with it; back after some seconds."""
    postgres = stage.ground.postgres
    assert postgres
    await asyncio.to_thread(postgres.kill)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(postgres.start)
    return now()


async def stop_postgres(stage: Stage) -> float:
    """SIGSTOP of the postmaster and every session."""
    postgres = stage.ground.postgres
    assert postgres
    assert postgres.pid
    with stopped(family(postgres.pid)):
        await asyncio.sleep(STOPPED_S)
    return now()


async def fill_disk(stage: Stage) -> float:
    """The ledger's disk is full for some seconds; PostgreSQL, should that have ended it, is started once there is room."""
    postgres = stage.ground.postgres
    assert postgres
    ballast = postgres.folder.parent / BALLAST
    await asyncio.to_thread(_fill, ballast)
    for _ in range(FULL_S * 2):  # what frees itself meanwhile is taken as well
        await asyncio.sleep(0.5)
        await asyncio.to_thread(_fill, ballast)
    refused = sum(503 in post.statuses for post in stage.adapter.posts)
    ballast.unlink()
    if postgres.pid is None:
        await asyncio.to_thread(postgres.start)
    if not refused:
        stage.seen.append("no contact was refused while the disk was full")
    return now()


def _fill(ballast: Path) -> None:
    """Writes until nothing more fits."""
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        for size in (2**20, 2**12):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)


@contextmanager
def small_disk(directory: Path) -> Iterator[Path]:
    """A file system of its own with little room, in memory."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def no_small_disk() -> str | None:
    """Returns why no file system can be mounted here."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return "mounting a small file system needs root"
    probe = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return None if probe.returncode == 0 else "a small file system cannot be mounted here"


SCENARIOS = [
    Scenario("restart-valkey", "Valkey killed, back with its data after 3 s", restart_valkey),
    Scenario("empty-valkey", "Valkey killed, back with nothing after 3 s", empty_valkey),
    Scenario("stop-valkey", "Valkey stopped for 8 s (SIGSTOP)", stop_valkey),
    Scenario("restart-postgres", "PostgreSQL killed, back after 3 s", restart_postgres),
    Scenario("stop-postgres", "PostgreSQL stopped for 8 s (SIGSTOP)", stop_postgres),
    Scenario("full-disk", "PostgreSQL's disk full for 6 s", fill_disk, ground="disk", lacks=no_small_disk),
]
