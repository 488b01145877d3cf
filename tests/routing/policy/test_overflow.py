"""Which overflow rule acts, and when the rules are to be looked at again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mci_router.routing.policy.overflow import (
    LEAST_TRY_S,
    LOOK_S,
    MOST_TRY_S,
    QueueFigures,
    acting_rule,
    next_look_s,
    next_try_s,
)
from mci_router.specs import OverflowRule
from tests.support.rows import every

CALM: dict[str, Any] = {"waited_s": 0, "expected_wait_s": 10, "waiting": 1, "staffed": 5}


def rule(**limits: Any) -> OverflowRule:
    action = {} if {"to_queue", "to_community", "widen"} & set(limits) else {"offer_callback": True}
    return OverflowRule(**action, **limits)


def figures(**changes: Any) -> QueueFigures:
    return QueueFigures(**(CALM | changes))


@pytest.mark.parametrize(
    ("limit", "below", "at"),
    [
        ({"wait_s": 60}, {"waited_s": 59.9}, {"waited_s": 60}),
        ({"expected_wait_s": 120}, {"expected_wait_s": 120}, {"expected_wait_s": 121}),
        ({"waiting": 5}, {"waiting": 4}, {"waiting": 5}),
        ({"staffed_below": 2}, {"staffed": 2}, {"staffed": 1}),
    ],
)
def test_a_limit_is_passed_at_its_value(limit: dict[str, Any], below: dict[str, Any], at: dict[str, Any]) -> None:
    """Waited as long, expected to wait longer, as many waiting, fewer agents."""
    one = rule(**limit)
    assert acting_rule([one], figures(**below)) is None
    assert acting_rule([one], figures(**at)) is one


def test_all_limits_of_a_rule_must_be_passed() -> None:
    """One is not enough."""
    one = rule(wait_s=60, waiting=5)
    assert acting_rule([one], figures(waited_s=100)) is None
    assert acting_rule([one], figures(waiting=9)) is None
    assert acting_rule([one], figures(waited_s=100, waiting=9)) is one


def test_the_first_rule_that_holds_acts() -> None:
    """In the order written, not the strictest."""
    first, second = rule(wait_s=10, to_queue="other"), rule(wait_s=5)
    assert acting_rule([first, second], figures(waited_s=20)) is first
    assert acting_rule([first, second], figures(waited_s=7)) is second


def test_nobody_signed_in_counts_as_waiting_for_ever() -> None:
    """An expected wait that is unknown, because nobody could serve it, passes any limit."""
    one = rule(expected_wait_s=3_600)
    assert acting_rule([one], figures(expected_wait_s=None, staffed=0)) is one


@every(
    ("rules", "waited_s", "look_s"),
    [
        ([], 0, None),
        ([rule(wait_s=60)], 0, 60),
        ([rule(wait_s=60)], 45, 15),
        ([rule(wait_s=60)], 60, None),
        ([rule(waiting=5)], 0, LOOK_S),
        ([rule(waiting=5), rule(wait_s=4)], 0, 4),
        ([rule(waiting=5), rule(wait_s=4)], 4, LOOK_S),
        ([rule(wait_s=60, waiting=5)], 0, 60),
        ([rule(wait_s=60, waiting=5)], 61, LOOK_S),
        ([rule(wait_s=60), rule(wait_s=90)], 60, 30),
    ],
)
def test_rules_are_looked_at_when_they_may_hold(
    rules: list[OverflowRule], waited_s: float, look_s: float | None
) -> None:
    """At the next time that a rule names, and regularly while another limit may be passed at any time; else never."""
    assert next_look_s(rules, waited_s) == look_s


@given(st.floats(0.1, 1e6), st.floats(0, 1e6))
def test_a_rule_with_a_time_is_never_missed(wait_s: float, waited_s: float) -> None:
    """Looked at again and again, a rule of nothing but a time acts at that time, and not before."""
    one = rule(wait_s=wait_s)
    look = next_look_s([one], waited_s)
    holds = acting_rule([one], figures(waited_s=waited_s)) is not None
    assert holds is (look is None)
    if look is not None:
        assert waited_s + look >= wait_s * (1 - 1e-9)


@every(
    ("rules", "waited_s", "opens_in_s", "try_s"),
    [
        ([], 60, None, None),
        ([rule(wait_s=60)], 20, 300, 40),
        ([rule(wait_s=60)], 60, None, 6),
        ([rule(wait_s=60)], 60, 2, 2),
        ([rule(wait_s=60)], 5_000, 4_000, MOST_TRY_S),
        ([rule(wait_s=1)], 1, None, LEAST_TRY_S),
        ([rule(wait_s=60), rule(wait_s=61)], 60, None, 1),
        ([rule(waiting=5)], 0, None, LEAST_TRY_S),
    ],
)
def test_rules_that_cannot_act_are_looked_at_again_and_again(
    rules: list[OverflowRule], waited_s: float, opens_in_s: float | None, try_s: float | None
) -> None:
    """At the opening if it is known, at a tenth of the wait so far, and never not at all."""
    assert next_try_s(rules, waited_s, opens_in_s) == try_s


@pytest.mark.parametrize(
    "bad",
    [
        {"to_queue": "other"},
        {"wait_s": 60},
        {"wait_s": 60, "to_queue": "other", "offer_callback": True},
        {"wait_s": 0, "offer_callback": True},
        {"waiting": 0, "to_community": True},
    ],
)
def test_a_rule_without_sense_is_refused(bad: dict[str, Any]) -> None:
    """No limit, no action, two actions, a limit that always holds."""
    with pytest.raises(ValidationError):
        OverflowRule.model_validate(bad)
