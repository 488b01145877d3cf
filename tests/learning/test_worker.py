"""The worker: another process that does what takes long, dies with its parent, and comes back when it has died."""

import asyncio
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mci_router.learning.worker import Worker, WorkerGone
from tests.support.service import eventually

ORPHAN = """
import asyncio, os, time
from mci_router.learning.worker import Worker

async def main():
    worker = Worker()
    print(await worker.run(os.getpid), flush=True)
    await worker.run(time.sleep, 60)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_work_is_done_elsewhere_one_piece_after_the_other() -> None:
    """In one process that is not this one, and that is nicer."""
    worker = Worker()
    try:
        first, second, nice = await asyncio.gather(worker.run(os.getpid), worker.run(os.getpid), worker.run(os.nice, 0))
        assert first == second != os.getpid()
        assert nice > os.nice(0)
    finally:
        worker.close()
    assert not alive(first)


async def test_what_the_work_raises_is_raised_here() -> None:
    """And the worker goes on."""
    worker = Worker()
    try:
        with pytest.raises(ZeroDivisionError):
            await worker.run(divmod, 1, 0)
        assert await worker.run(divmod, 7, 2) == (3, 1)
    finally:
        worker.close()


async def test_a_worker_that_died_over_its_work_says_so_and_is_replaced() -> None:
    """The next piece of work is done by a new one."""
    worker = Worker()
    try:
        first = await worker.run(os.getpid)
        with pytest.raises(WorkerGone):
            await worker.run(os._exit, 1)
        assert await worker.run(os.getpid) != first
    finally:
        worker.close()


async def test_what_cannot_be_sent_is_told_and_does_no_harm() -> None:
    """A function without a name is not known at the other end."""
    worker = Worker()
    try:
        with pytest.raises((AttributeError, pickle.PicklingError)):
            await worker.run(lambda: 1)
        assert await worker.run(divmod, 7, 2) == (3, 1)
    finally:
        worker.close()


async def test_closing_ends_work_that_takes_long() -> None:
    """A caller who waits for it gets the error; nothing can be asked afterwards, and closing again is harmless."""
    worker = Worker()
    pid = await worker.run(os.getpid)
    working = asyncio.create_task(worker.run(time.sleep, 60))
    await asyncio.sleep(0)
    await asyncio.to_thread(worker.close)
    worker.close()
    with pytest.raises(WorkerGone):
        await working
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
