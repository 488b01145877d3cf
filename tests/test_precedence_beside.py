"""Processes that are started together let each other's contacts pass."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn

from mci_router.cli.serve import serve
from mci_router.precedence import PLACES, SHARED, SIZE, Beside, Precedence, beside, shared
from mci_router.settings import Settings

FOR_EVER_S = 3_600
SHORT_S = 0.2
OTHER = """
import sys, time
from mci_router.precedence import beside
place = beside()
print("there", flush=True)
for line in sys.stdin:
    place.note(time.monotonic() if line == "coming\\n" else 0)
    print("noted", flush=True)
"""


class Other:
    """A process beside that of the test, which does what it is told."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        assert self._said() == "there\n"

    def tell(self, what: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        assert self._said() == "noted\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()

    def _said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


@contextmanager
def other() -> Iterator[Other]:
    process = Other()
    try:
        yield process
    finally:
        process.kill()


async def test_work_lets_pass_what_comes_in_beside() -> None:
    """Processes share their processors: what a contact waits for is not only what its own one does."""
    with shared(), other() as one:
        precedence = Precedence(FOR_EVER_S, beside())
        await precedence.give_way()
        one.tell("coming")
        waiting = asyncio.create_task(precedence.give_way())
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        one.tell("through")
        await asyncio.wait_for(waiting, 20)


async def test_nobody_waits_for_a_process_that_died_on_the_way() -> None:
    """What it had noted is past after as long as anybody waits, and then keeps nobody."""
    with shared(), ExitStack() as stack:
        one = stack.enter_context(other())
        precedence = Precedence(SHORT_S, beside())
        one.tell("coming")
        one.kill()
        await asyncio.wait_for(precedence.give_way(), 20)
        await asyncio.sleep(SHORT_S)
        going_on = asyncio.create_task(precedence.give_way())
        await asyncio.sleep(0)
        assert going_on.done()


def test_the_place_of_a_process_that_died_is_taken_by_the_next() -> None:
    """Workers are replaced for as long as the service runs; what the one before had noted is gone."""
    with shared(), other() as first:
        first.tell("coming")
        here = beside()
        assert here
        assert here.newest() > 0
        first.kill()
        with other():
            assert here.newest() == 0


async def test_nothing_is_coming_on_a_machine_that_has_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock begins at 0, as does the moment of a process that has noted none."""
    monkeypatch.setattr("mci_router.precedence.time", SimpleNamespace(monotonic=lambda: 1.0))
    with shared():
        await asyncio.wait_for(Precedence(FOR_EVER_S, beside()).give_way(), SHORT_S)


def test_a_contact_is_seen_beside_until_it_is_through() -> None:
    """Of several that come at once, the last one ends it; one that fails, too."""
    with shared():
        here = beside()
        precedence = Precedence(FOR_EVER_S, here)
        assert here
        with precedence.coming():
            with pytest.raises(ValueError, match="refused"), precedence.coming():
                raise ValueError("refused")
            assert time.monotonic() - here.newest() < FOR_EVER_S
        assert here.newest() == 0


def test_there_are_as_many_places_as_processes() -> None:
    """Who finds none goes without: it serves all the same."""
    with shared():
        path = os.environ[SHARED]
        assert Path(path).stat().st_size == PLACES * SIZE
        taken = subprocess.run(
            [sys.executable, "-c", ALL_TAKEN], stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ)
        )
        assert taken.stdout == "None\n"


ALL_TAKEN = """
import fcntl, os, subprocess, sys
from mci_router.precedence import SHARED
file = os.open(os.environ[SHARED], os.O_RDWR)
fcntl.lockf(file, fcntl.LOCK_EX)
print(subprocess.run([sys.executable, "-c", "from mci_router.precedence import beside; print(beside())"],
    stdout=subprocess.PIPE, text=True).stdout, end="")
"""


def test_workers_that_are_started_together_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that serves alone has nobody beside it."""
    found = []
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: found.append(beside()))
    serve(Settings(), workers=2)
    assert found != [None]


def test_where_nothing_can_be_written_each_serves_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A container without a folder for such files starts all the same."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with shared():
        assert beside() is None


def test_a_process_that_is_alone_shares_nothing() -> None:
    """Neither the variable nor the file outlives the processes that were started together."""
    with shared():
        path = os.environ[SHARED]
    assert SHARED not in os.environ
    assert not Path(path).exists()
    assert beside() is None
    with pytest.raises(FileNotFoundError):
        Beside(path)
