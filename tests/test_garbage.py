"""Python's collector of cycles hardly interrupts the service, nor its start."""

from mci_router.garbage import OLDER, YOUNG
from tests.support.fresh import command_imported, service_imported


def test_while_the_package_is_imported_the_collector_waits() -> None:
    """To look at what stays for good takes a tenth of the import."""
    assert command_imported()["thresholds at first"][0] >= 1_000_000


def test_once_all_is_imported_the_collector_looks_seldom_and_not_at_that() -> None:
    """Else it takes a fifth of a contact's time, stops all answers for 0.2 s every few seconds, and takes 0.7 s of CPU
    when a process ends. So it is of the service and of a command.
    """
    for found in (service_imported(), command_imported()):
        assert found["thresholds"] == [YOUNG, OLDER, OLDER]
        assert found["left out"] > 100_000
    assert 10_000 <= YOUNG < 100_000
