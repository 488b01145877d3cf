"""Python's collector of cycles hardly interrupts the service, nor its start."""

import subprocess
import sys

import pytest

from mci_router.garbage import OLDER, YOUNG

SAID = "import gc; print(*gc.get_threshold(), gc.get_freeze_count())"


def _after(statement: str) -> list[int]:
    """Returns the thresholds of the collector, and how many objects it leaves out, in a process of its own."""
    run = subprocess.run([sys.executable, "-c", f"{statement}; {SAID}"], capture_output=True, text=True, check=True)
    return [int(said) for said in run.stdout.splitlines()[-1].split()]


def test_while_the_package_is_imported_the_collector_waits() -> None:
    """To look at what stays for good takes a tenth of the import."""
    assert _after("import mci_router")[0] >= 1_000_000


@pytest.mark.parametrize(
    "statement",
    ["import mci_router.app", "from mci_router.cli import cli; cli.get_command(None, 'serve')"],
)
def test_once_all_is_imported_the_collector_looks_seldom_and_not_at_that(statement: str) -> None:
    """Else it takes a fifth of a contact's time, stops all answers for 0.2 s every few seconds, and takes 0.7 s of CPU
    when a process ends.
    """
    *thresholds, kept = _after(statement)
    assert thresholds == [YOUNG, OLDER, OLDER]
    assert 10_000 <= YOUNG < 100_000
    assert kept > 100_000
