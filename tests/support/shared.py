"""What the workers of a run share: the first that needs it makes it while the others wait, and each finds it there."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

FOLDER = "MCI_TEST_SHARED"
"""The variable with the folder of a run: its workers are processes that inherit it."""


MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 6 * 2**30
"""Bytes that there must be for what a run writes to be kept in memory: its servers' logs may grow to a few of these."""

PREFIX = "mci-shared-"
BEGINNING_S = 60


@contextmanager
def shared_folder() -> Iterator[None]:
    """Gives the processes that are started within it a folder to share. PostgreSQL's user may look into it.

    It is in memory, if there is room: to write the files of databases to a disk takes a worker seconds of CPU.
    """
    roomy = MEMORY.is_dir() and min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > ROOM
    if roomy:
        remove_abandoned()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir=MEMORY if roomy else None))
        stack.enter_context(owned_folder(Path(folder)))
        os.chmod(folder, 0o755)
        os.environ[FOLDER] = folder
        os.mkfifo(life())
        lives = os.open(life(), os.O_RDWR)
        try:
            yield
        finally:
            os.close(lives)
            del os.environ[FOLDER]


@contextmanager
def owned_folder(folder: Path) -> Iterator[None]:
    """Holds a folder until the block or the process ends. Raises BlockingIOError if another process holds it."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)


def remove_abandoned() -> None:
    """Removes what a run that was killed has left in memory."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is another user's, or has just gone, or somebody holds it
            if time.time() - folder.stat().st_mtime > BEGINNING_S:
                with owned_folder(folder):
                    shutil.rmtree(folder)


@contextmanager
def folder_for(what: str) -> Iterator[Path]:
    """Gives a folder beneath the shared one, and removes it: not under pytest's own, which a second run of pytest closes
    to the user that PostgreSQL runs as.
    """
    with tempfile.TemporaryDirectory(prefix=f"{what}-", dir=os.environ[FOLDER]) as directory:
        os.chmod(directory, 0o755)
        yield Path(directory)


def life() -> Path:
    """A pipe in the shared folder that nobody writes to: who reads from it finds its end when the run is over."""
    return Path(os.environ[FOLDER], "life")


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The path in the shared folder at which `make` has left a file or a folder, called by one process of the run."""
    path = Path(os.environ[FOLDER], name)
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_name(f"{name}.draft")
            shutil.rmtree(draft, ignore_errors=True)  # of a try that failed: each worker is to meet the reason
            make(draft)
            draft.rename(path)  # who finds it, finds it whole
    return path
