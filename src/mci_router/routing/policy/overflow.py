"""Overflow: which rule of a queue acts on a contact that has come or waits, and when to check again. Pure."""

from collections.abc import Iterable, Sequence

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.specs.queues import OverflowRule, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

LEAST_TRY_S, MOST_TRY_S = 2, 60  # how often rules that cannot act now are looked at
LOOK_S = 10  # how often rules without a time of their own are checked: long against a check, short against a wait


@value
class QueueFigures:
    """The figures that rules are compared with.

    `waited_s` and `expected_wait_s` are the contact's, in open seconds: its wait so far, and the wait still expected
    (None: nobody could serve it). `waiting` counts the other contacts in its queue, `staffed` the able agents signed
    in.
    """

    waited_s: float
    expected_wait_s: float | None
    waiting: int
    staffed: int


def figures_for(contact_waits_s: float, figures: LineFigures, *, in_line: bool) -> QueueFigures:
    """Returns the figures that rules are compared with. A contact in line is not one of the others that wait."""
    wait = expected_wait(figures)
    return QueueFigures(
        contact_waits_s, wait.middle_s if wait else None, figures.queue_waiting - in_line, figures.staffed
    )


def acting_rule(rules: Iterable[OverflowRule], figures: QueueFigures) -> OverflowRule | None:
    """Returns the first rule whose limits are all passed; None if there is none."""
    return next((rule for rule in rules if _acts(rule, figures)), None)


def _acts(rule: OverflowRule, figures: QueueFigures) -> bool:
    """Returns whether a rule's limits are all passed.

    An expected wait of None, for no able agent, is longer than any limit.
    """
    expected = figures.expected_wait_s
    return (
        (rule.wait_s is None or figures.waited_s >= rule.wait_s)
        and (rule.expected_wait_s is None or expected is None or expected > rule.expected_wait_s)
        and (rule.waiting is None or figures.waiting >= rule.waiting)
        and (rule.staffed_below is None or figures.staffed < rule.staffed_below)
    )


def full_rule(snapshot: Snapshot, queue: QueueSpec, figures: QueueFigures) -> OverflowRule | None:
    """Returns what sends a contact that comes to a full queue to the catch-all, which is never full: it takes all."""
    if queue.catch_all or figures.waiting < queue.most_waiting:
        return None
    other = next((one.name for one in snapshot.queues.values() if one.catch_all), None)
    return OverflowRule(waiting=queue.most_waiting, to_queue=other) if other else None


def is_full(snapshot: Snapshot, queue: QueueSpec, figures: LineFigures) -> bool:
    """Returns whether a queue is full, of which these are the figures."""
    return full_rule(snapshot, queue, figures_for(0, figures, in_line=False)) is not None


def next_look_s(rules: Sequence[OverflowRule], waited_s: float) -> float | None:
    """Returns the open seconds until the rules are to be checked, for a contact that has waited `waited_s`; None:
    never.
    """
    times = [rule.wait_s - waited_s for rule in rules if rule.wait_s is not None and rule.wait_s > waited_s]
    if any(_may_act_later(rule, waited_s) for rule in rules):
        times.append(LOOK_S)
    return min(times, default=None)


def next_try_s(rules: Sequence[OverflowRule], waited_s: float, opens_in_s: float | None) -> float | None:
    """Returns the seconds until rules that cannot act now are to be looked at again; None if there are none.

    One whose limits of time are passed waits for an opening, for staffing or for another configuration. The opening is
    known (`opens_in_s`), the rest is looked for at an interval: a tenth of the wait so far, so that it delays little.
    """
    times = [rule.wait_s - waited_s for rule in rules if rule.wait_s is not None and rule.wait_s > waited_s]
    if len(times) < len(rules):
        times.append(min(max(waited_s / 10, LEAST_TRY_S), MOST_TRY_S))
        times += [] if opens_in_s is None else [opens_in_s]
    return min(times, default=None)


def _may_act_later(rule: OverflowRule, waited_s: float) -> bool:
    """Returns whether the rule's time has come, or it has none, but another of its limits may still be passed."""
    limits = (rule.expected_wait_s, rule.waiting, rule.staffed_below)
    return (rule.wait_s is None or rule.wait_s <= waited_s) and any(limit is not None for limit in limits)
