"""Python's collector of cycles hardly interrupts the service."""

import gc

import mci_router.garbage
from mci_router.garbage import OLDER, YOUNG


def test_importing_any_part_of_the_package_makes_the_collector_look_seldom() -> None:
    """Else it takes a fifth of a contact's time, and stops all answers for 0.2 s every few seconds."""
    assert mci_router.garbage
    assert gc.get_threshold() == (YOUNG, OLDER, OLDER)
    assert YOUNG >= 10_000
