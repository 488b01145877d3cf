"""Ownership: one process owns a data directory, by a lock on it.

A guard process shares the lock: when the owner has been killed (SIGKILL), the guard stops the servers that it left and
only then releases the lock. If the guard was killed too, the next start stops them. The guard runs without
site-packages, which saves time, so this package imports the standard library only.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mci_router.embedded.errors import EmbeddedError, explained
from mci_router.embedded.postgres import EmbeddedPostgres
from mci_router.embedded.programs import STOP_SECONDS, came_true, command_lines, surroundings, together
from mci_router.embedded.valkey import EmbeddedValkey

GUARD = "import sys; sys.path.append(sys.argv[1]); from mci_router.embedded.ownership import guard; guard(sys.argv[2])"


@contextmanager
def owned(data_dir: Path) -> Iterator[None]:
    """Owns `data_dir`, made if missing, until the block ends.

    No other process starts servers on it, and a guard stops ours if this process is killed.
    """
    data_dir = data_dir.resolve()
    with explained(f"{data_dir} cannot be the data directory; choose another"):
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(lock, data_dir)
        guard = _post_guard(lock, data_dir)
        try:
            yield
        finally:
            guard.communicate()
    finally:
        os.close(lock)


def _take(lock: int, data_dir: Path) -> None:
    """Takes the lock and writes our process id into it.

    A dead owner's guard is about to release the lock: waits for that.
    """

    def taken() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if (owner := _owner(lock)) in command_lines():
                way_out = "stop it, or choose another data directory with MCI_DATA_DIR"
                raise EmbeddedError(f"{data_dir} is in use by process {owner}: {way_out}") from None
            return False
        return True

    if not came_true(taken, STOP_SECONDS):
        raise EmbeddedError(
            f"{data_dir} is in use by what process {_owner(lock)}, now gone, has started: stop that first"
        )
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _owner(lock: int) -> int:
    return int(os.pread(lock, 20, 0) or b"0")


def _post_guard(lock: int, data_dir: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this very package
        [sys.executable, "-IS", "-c", GUARD, str(Path(__file__).parents[2]), str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock],
        **surroundings(),
    )


def guard(data_dir: str) -> None:
    """Runs as the guard: waits for the owner's end, then stops the servers.

    The owner's end, of any kind, ends the guard's input.
    """
    sys.stdin.buffer.read()
    together(EmbeddedPostgres(Path(data_dir)).stop_left_over, EmbeddedValkey(Path(data_dir)).stop_left_over)
