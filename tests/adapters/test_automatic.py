"""What no person wrote stops, whatever answers it."""

import pytest

from mci_router.adapters import automatic
from mci_router.adapters.automatic import HOUR_S, Automatic


def test_an_address_gets_so_many_in_any_hour() -> None:
    """Not twice as many around the full one, as where counts are emptied at once; another address has its own."""
    now = [0.0]
    guard = Automatic(2, lambda: now[0])
    for at, lets in ((0, True), (HOUR_S - 2, True), (HOUR_S - 1, False), (HOUR_S, True), (HOUR_S + 1, False)):
        now[0] = at
        assert guard.lets("sam@example.org") is lets, at
    assert guard.lets("kim@example.org")


def test_who_is_refused_waits_an_hour_and_no_longer() -> None:
    """However often it is tried: what was not sent does not count."""
    now = [0.0]
    guard = Automatic(1, lambda: now[0])
    assert guard.lets("sam@example.org")
    for at in range(1, HOUR_S, 60):
        now[0] = at
        assert not guard.lets("sam@example.org")
    now[0] = HOUR_S
    assert guard.lets("sam@example.org")


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who got something lately is; nobody fills the memory with addresses."""
    monkeypatch.setattr(automatic, "MOST_ADDRESSES", 2)
    guard = Automatic(1, lambda: 0.0)
    assert [guard.lets(one) for one in ("a", "b", "a", "c", "a", "b")] == [True, True, False, True, False, True]
