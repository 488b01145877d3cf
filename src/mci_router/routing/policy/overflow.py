"""Overflow: which rule of a queue acts on a contact that came or waits, and when to look again. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mci_router.specs import OverflowRule

LOOK_S = 10  # how often rules without a time of their own are looked at: long against a look, short against a wait


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What rules are held against: this contact's wait in open seconds, the wait it still expects (None: nobody could serve it), the other
    contacts waiting in its queue, and the able agents signed in."""

    waited_s: float
    expected_wait_s: float | None
    waiting: int
    staffed: int


def acting_rule(rules: Iterable[OverflowRule], figures: QueueFigures) -> OverflowRule | None:
    """The first rule whose limits are all passed."""
    return next((rule for rule in rules if _holds(rule, figures)), None)


def _holds(rule: OverflowRule, figures: QueueFigures) -> bool:
    """Nobody there to serve it counts as waiting for longer than any limit."""
    expected = figures.expected_wait_s
    return (
        (rule.wait_s is None or figures.waited_s >= rule.wait_s)
        and (rule.expected_wait_s is None or expected is None or expected > rule.expected_wait_s)
        and (rule.waiting is None or figures.waiting >= rule.waiting)
        and (rule.staffed_below is None or figures.staffed < rule.staffed_below)
    )


def next_look_s(rules: Sequence[OverflowRule], waited_s: float) -> float | None:
    """Open seconds until the rules are to be looked at (again), for a contact that has waited for `waited_s`; None: never."""
    times = [rule.wait_s - waited_s for rule in rules if rule.wait_s is not None and rule.wait_s > waited_s]
    if any(_may_hold_later(rule, waited_s) for rule in rules):
        times.append(LOOK_S)
    return min(times, default=None)


def _may_hold_later(rule: OverflowRule, waited_s: float) -> bool:
    """Whether the rule's time has come, or it has none, but another of its limits may still be passed."""
    limits = (rule.expected_wait_s, rule.waiting, rule.staffed_below)
    return (rule.wait_s is None or rule.wait_s <= waited_s) and any(limit is not None for limit in limits)
