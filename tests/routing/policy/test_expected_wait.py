"""The expected wait, calculated by hand."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.expected_wait import LEAST_SPREAD, expected_wait, recent_s, share_s
from mci_router.routing.policy.routes import ExpectedWait

BUSY: dict[str, Any] = {
    "ahead": 3,
    "waiting": 3,
    "queue_waiting": 3,
    "servers": 2.0,
    "ready": 0,
    "staffed": 2,
    "handle_ms": 300_000,
    "abandoned_per_s": 0.0,
    "head_wait_ms": 0,
    "last_waits_ms": (),
}


def figures(**changes: Any) -> LineFigures:
    return LineFigures(**(BUSY | changes))


def test_without_abandonment_a_contact_waits_for_each_before_it_and_itself() -> None:
    """Two agents at five minutes free one every 150 s: three before it are four times 150 s."""
    assert share_s(figures()) == pytest.approx(600)


def test_agents_who_serve_other_lines_too_count_by_their_share() -> None:
    """Half a server takes twice as long as one."""
    assert share_s(figures(servers=0.5)) == pytest.approx(2 * share_s(figures(servers=1.0)))


def test_whoever_leaves_the_line_shortens_it() -> None:
    """1/cap + 1/(cap + theta) + 1/(cap + 2 theta) + 1/(cap + 3 theta)."""
    cap, theta = 2 / 300, 1 / 600
    assert share_s(figures(abandoned_per_s=theta)) == pytest.approx(sum(1 / (cap + j * theta) for j in range(4)))


def test_a_long_line_is_reckoned_without_summing_it_and_comes_out_alike() -> None:
    """20,000 before it: within a thousandth of the sum."""
    cap, theta, ahead = 2 / 300, 1 / 600, 20_000
    exact = math.fsum(1 / (cap + j * theta) for j in range(ahead + 1))
    assert share_s(figures(ahead=ahead, abandoned_per_s=theta)) == pytest.approx(exact, rel=1e-3)


def test_what_was_is_the_mean_of_the_last_waits_or_the_heads_if_longer() -> None:
    """The head has waited 40 s, the last five 30 s on average; then the head catches up."""
    waits = (10_000, 20_000, 30_000, 40_000, 50_000)
    assert recent_s(figures(last_waits_ms=waits, head_wait_ms=10_000)) == 30
    assert recent_s(figures(last_waits_ms=waits, head_wait_ms=40_000)) == 40
    assert recent_s(figures()) == 0


def test_the_range_lies_between_the_two_and_its_middle_is_the_estimate() -> None:
    """600 s by share, 200 s by what was: 200 to 600, and half of each is 400."""
    assert expected_wait(figures(head_wait_ms=200_000)) == ExpectedWait(200, 600)


def test_two_that_agree_are_not_certainty() -> None:
    """At least a quarter of the middle each way."""
    wait = expected_wait(figures(head_wait_ms=600_000))
    assert wait is not None
    assert (wait.low_s, wait.middle_s, wait.high_s) == pytest.approx(
        (600 * (1 - LEAST_SPREAD), 600, 600 * (1 + LEAST_SPREAD))
    )


def test_nobody_signed_in_is_unknown_and_not_zero() -> None:
    """None, whatever else is known."""
    assert expected_wait(figures(staffed=0, servers=0.0)) is None


def test_an_agent_with_room_and_nobody_before_it_is_no_wait() -> None:
    """Zero; but not if others wait, or the room is not there."""
    assert expected_wait(figures(ready=1, ahead=0, waiting=0)) == ExpectedWait(0, 0)
    for changes in ({"ready": 1, "ahead": 1}, {"ready": 0, "ahead": 0}):
        wait = expected_wait(figures(**changes))
        assert wait is not None
        assert wait.low_s > 0 or wait.high_s > 0


@given(st.integers(0, 5_000), st.floats(0.01, 100), st.floats(0, 0.1), st.integers(0, 10**6))
def test_a_place_further_back_never_waits_less(ahead: int, servers: float, theta: float, head_ms: int) -> None:
    """Of any line: one more before it, a longer estimate; and a range that is one."""
    near, far = (
        expected_wait(figures(ahead=place, servers=servers, abandoned_per_s=theta, head_wait_ms=head_ms))
        for place in (ahead, ahead + 1)
    )
    assert near is not None
    assert far is not None
    assert 0 <= near.low_s <= near.high_s
    assert far.middle_s > near.middle_s * (1 - 1e-9)
