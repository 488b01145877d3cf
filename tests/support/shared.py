"""What the workers of a run share: the first that needs it makes it while the others wait, and each finds it there."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "MCI_TEST_SHARED"
"""The variable with the folder of a run: its workers are processes that inherit it."""


@contextmanager
def shared_folder() -> Iterator[None]:
    """Gives the processes that are started within it a folder to share. PostgreSQL's user may look into it."""
    with tempfile.TemporaryDirectory(prefix="mci-shared-") as folder:
        os.chmod(folder, 0o755)
        os.environ[FOLDER] = folder
        os.mkfifo(life())
        lives = os.open(life(), os.O_RDWR)
        try:
            yield
        finally:
            os.close(lives)
            del os.environ[FOLDER]


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
