"""Times have two forms, and one becomes the other without loss of a millisecond."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from mci_router.clock import from_ms, moment, to_ms, utc_now


@given(st.integers(0, 4_000_000_000_000))
def test_milliseconds_become_a_moment_and_back(ms: int) -> None:
    """For any time until 2096."""
    assert abs(to_ms(from_ms(ms)) - ms) <= 1


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    """Whatever zone it was in."""
    berlin = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 1, 1, 12, 0, 0, 123_456, berlin)) == "2026-01-01T11:00:00.123Z"


def test_now_has_a_zone() -> None:
    """It can be compared with every other moment."""
    assert utc_now().tzinfo is UTC
