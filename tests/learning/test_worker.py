"""The worker: another process that does what takes long, dies with its parent or of its limits, and comes back."""

import asyncio
import os
import pickle
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mci_router.learning import worker
from mci_router.learning.lanes import FORGOTTEN_S, FairShares, Lane
from mci_router.learning.worker import Limits, WorkerGone, WorkFailed
from tests.support.service import eventually

ORPHAN = """
import asyncio, os, time
from mci_router.learning.lanes import Lane
from mci_router.learning.worker import Limits

async def main():
    lane = Lane("orphan", Limits())
    print(await lane.run("one", os.getpid), flush=True)
    await lane.run("one", time.sleep, 60)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
async def lane() -> AsyncIterator[Lane]:
    """A lane whose worker may take little."""
    made = Lane("test", Limits(memory_mb=300, cpu_s=1, niceness=0))
    yield made
    await made.close()


@pytest.fixture
async def nice_lane() -> AsyncIterator[Lane]:
    """A lane as the service has it."""
    made = Lane("nice", Limits())
    yield made
    await made.close()


async def test_work_is_done_elsewhere_whatever_it_raises(lane: Lane) -> None:
    """In one process that is not this one; an error comes back, what cannot be sent does no harm, and the same process
    goes on.
    """
    first, second = await asyncio.gather(lane.run("one", os.getpid), lane.run("two", os.getpid))
    assert first == second != os.getpid()
    with pytest.raises(ZeroDivisionError):
        await lane.run("one", divmod, 1, 0)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        await lane.run("one", lambda: 1)
    assert await lane.run("one", os.getpid) == first


async def test_work_goes_behind_requests(nice_lane: Lane) -> None:
    """The process is nicer than the one that serves."""
    assert await nice_lane.run("one", os.nice, 0) > os.nice(0)


async def test_work_that_goes_over_a_limit_is_ended_and_says_which(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory, time, or its own death: the next piece of work is done by a new process."""
    monkeypatch.setattr(worker, "PATIENCE", 50)  # on a busy machine a second of CPU takes many
    first = await lane.run("one", os.getpid)
    with pytest.raises(WorkFailed, match="needs more than 300 MB of memory"):
        await lane.run("one", bytearray, 400 * 1024 * 1024)
    with pytest.raises(WorkFailed, match="took more than 1 s of CPU"):
        await lane.run("one", max, range(10**12))
    with pytest.raises(WorkFailed, match="its process ended"):
        await lane.run("one", os._exit, 1)
    assert not alive(first)
    assert await lane.run("one", divmod, 7, 2) == (3, 1)


async def test_who_asks_for_little_does_not_wait_for_all_that_another_asked_for(lane: Lane) -> None:
    """Of the pieces that wait, one of the workspace that was served least is next."""
    done: list[str] = []

    async def ask(workspace: str) -> None:
        await lane.run(workspace, pow, 3, 600_000)
        done.append(workspace)

    await asyncio.gather(*(ask("much") for _ in range(6)), *(ask("little") for _ in range(2)))
    assert done.index("little") <= 1
    assert done[:4].count("little") == 2


def test_what_a_workspace_had_is_forgotten_by_halves() -> None:
    """So that nobody pays for last week, and who has had nothing lately needs no place in memory."""
    shares = FairShares()
    shares.give("a", 8, now=0)
    shares.give("a", 8, now=FORGOTTEN_S)
    assert shares.had("a", FORGOTTEN_S) == 12
    assert shares.had("a", 2 * FORGOTTEN_S) == 6
    assert shares.had("b", 0) == 0


async def test_closing_ends_work_that_takes_long(lane: Lane) -> None:
    """A caller who waits for it gets the error; nothing can be asked afterwards."""
    pid = await lane.run("one", os.getpid)
    working = asyncio.create_task(lane.run("one", time.sleep, 60))
    waiting = asyncio.create_task(lane.run("two", os.getpid))
    await asyncio.sleep(0)
    await lane.close()
    for ended in (working, waiting, lane.run("one", os.getpid)):
        with pytest.raises(WorkerGone):
            await ended
    assert not alive(pid)


async def test_a_worker_does_not_outlive_a_parent_that_is_killed() -> None:
    """Also in the middle of its work: the pipe closes, and it goes."""
    parent = subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE)
    assert parent.stdout
    with parent.stdout as output:
        pid = int(await asyncio.to_thread(output.readline))
        assert alive(pid)
        parent.kill()
        parent.wait()

        async def gone() -> bool:
            return not alive(pid)

        await eventually(gone)
