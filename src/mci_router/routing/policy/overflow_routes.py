"""Overflow: where a queue that cannot serve a contact in time sends it. Pure.

A contact leaves a queue by overflow at most once, and never for a queue that it left so before: no two send it back and
forth.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.agent_routes import queue_route
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import due_at, serves
from mci_router.routing.policy.overflow import QueueFigures
from mci_router.routing.policy.posting import asking_first, community_limit_s, may_be_posted, posted_route
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs.queues import OverflowRule, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact in a queue, and what was tried before.

    `since`: since when it would have waited, had nobody talked to it between; `left`: the queues that it left by
    overflow; `posted`: it was posted, or its customer asked for it; `callback_offered`: its customer was offered a
    callback.
    """

    queue: QueueSpec
    matter: Matter
    facts: Facts
    since: datetime
    left: frozenset[str] = frozenset()
    posted: bool = False
    callback_offered: bool = False


def figures_for(contact_waits_s: float, figures: LineFigures, *, in_line: bool) -> QueueFigures:
    """Returns the figures that rules are compared with. A contact in line is not one of the others that wait."""
    wait = expected_wait(figures)
    return QueueFigures(
        contact_waits_s, wait.middle_s if wait else None, figures.queue_waiting - in_line, figures.staffed
    )


def open_rules(snapshot: Snapshot, waiting: Waiting, now: datetime) -> list[OverflowRule]:
    """Returns the rules of its queue that can act on a contact at all."""
    return [rule for rule in waiting.queue.overflow if _possible(snapshot, rule, waiting, now)]


def _possible(snapshot: Snapshot, rule: OverflowRule, waiting: Waiting, now: datetime) -> bool:
    if rule.offer_callback:
        return not waiting.callback_offered
    if waiting.queue.name in waiting.left:
        return False
    if rule.to_community:
        return not waiting.posted and may_be_posted(snapshot, waiting.matter, waiting.facts)
    target = snapshot.queues.get(rule.to_queue or rule.widen or "")
    return target is not None and (rule.to_queue is None or (target.name not in waiting.left and serves(now, target)))


def overflow_route(snapshot: Snapshot, waiting: Waiting, rule: OverflowRule, *, after: int, now: datetime) -> Route:
    """Returns where the rule sends the contact, one rung above `after`.

    It is due as if it had waited in the new queue all the time.
    """
    queue, why = waiting.queue, f"overflow from {waiting.queue.name}, {limits_of(rule)}"
    if rule.to_community:
        limit_s = community_limit_s(snapshot, waiting.matter)
        route = posted_route(
            after + 1, (f"{why}: the community",), limit_at=now + timedelta(seconds=limit_s) if limit_s else None
        )
        route = asking_first(snapshot, waiting.facts, route, now, then_s=limit_s)
    else:
        target = snapshot.queues[rule.to_queue] if rule.to_queue else queue
        due = due_at(waiting.since, target.service_level.target_s, target.hours)
        why = f"{why}: agents for {rule.widen} will do, too" if rule.widen else why
        route = queue_route(
            snapshot, waiting.matter, waiting.facts, target, why, due_at=due, after=after, widened=rule.widen
        )
    return replace(route, overflow_from=queue.name)


def limits_of(rule: OverflowRule) -> str:
    """Returns the limits that were passed, in words."""
    limits = {
        "waited {:g} s": rule.wait_s,
        "expected wait over {:g} s": rule.expected_wait_s,
        "{:g} waiting": rule.waiting,
        "fewer than {:g} agents": rule.staffed_below,
    }
    return " and ".join(words.format(limit) for words, limit in limits.items() if limit is not None)
