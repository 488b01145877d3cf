"""Overflow: where a queue that cannot serve a contact in time sends it. Pure.

Until a person passes it on, a contact leaves a queue by overflow at most once, and never for a queue that it left so
before: no two send it back and forth.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mci_router.routing.policy.hours import opens_at, serves
from mci_router.routing.policy.joining import asked_at, join
from mci_router.routing.policy.posting import asking_first, community_limit_s, may_be_posted, posted_route
from mci_router.routing.policy.routes import Facts, Joined, Route
from mci_router.specs.queues import OverflowRule, QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.values import value


@value
class Waiting:
    """A contact in a queue, and what was tried before.

    `since`: since when it would have waited, had nobody talked to it between; `joined` is what it asked for when it
    joined; `left`: the queues that it left by overflow; `posted`: it was posted, or its customer asked for it;
    `callback_offered`: its customer was offered a callback.
    """

    queue: QueueSpec
    matter: Matter
    facts: Facts
    since: datetime
    joined: Joined
    left: frozenset[str] = frozenset()
    posted: bool = False
    callback_offered: bool = False


@value
class OpenRules:
    """The rules of a queue that have not acted on a contact yet: those that `can` act now, and those that cannot.

    `opens_at`: when the first of the `blocked` ones can, as far as the clock alone decides it.
    """

    can: list[OverflowRule]
    blocked: list[OverflowRule]
    opens_at: datetime | None


def open_rules(snapshot: Snapshot, waiting: Waiting, now: datetime) -> OpenRules:
    """Returns the rules of its queue that may still act on a contact."""
    rules = [rule for rule in waiting.queue.overflow if not _is_over(rule, waiting)]
    can = [rule for rule in rules if _can_act(snapshot, rule, waiting, now)]
    blocked = [rule for rule in rules if rule not in can]
    openings = [opens for rule in blocked if (opens := target_opens_at(snapshot, rule, now)) and opens > now]
    return OpenRules(can, blocked, min(openings, default=None))


def target_opens_at(snapshot: Snapshot, rule: OverflowRule, now: datetime) -> datetime | None:
    """Returns when somebody takes what the rule sends to another queue: `now` if it is open, or another for it; None
    for a rule that sends nothing there.
    """
    target = snapshot.queues.get(rule.to_queue or "")
    if target is None:
        return None
    instead = snapshot.queues.get(target.when_closed.queue or "")
    queues = [queue for queue in (target, instead) if queue]
    return now if any(serves(now, queue) for queue in queues) else min(opens_at(now, queue.hours) for queue in queues)


def _is_over(rule: OverflowRule, waiting: Waiting) -> bool:
    """Returns whether the rule has done all it can for this contact."""
    if rule.offer_callback:
        return waiting.callback_offered
    return waiting.queue.name in waiting.left or (rule.to_community and waiting.posted) or rule.to_queue in waiting.left


def _can_act(snapshot: Snapshot, rule: OverflowRule, waiting: Waiting, now: datetime) -> bool:
    if rule.to_community:
        return may_be_posted(snapshot, waiting.matter, waiting.facts)
    if rule.offer_callback or rule.widen:
        return rule.offer_callback or rule.widen in snapshot.queues
    route = overflow_route(snapshot, waiting, rule, after=0, now=now) if rule.to_queue in snapshot.queues else None
    if route is None or route.queue is None or route.queue.name in (*waiting.left, waiting.queue.name):
        return False
    return not route.closed and bool(route.able)


def overflow_route(snapshot: Snapshot, waiting: Waiting, rule: OverflowRule, *, after: int, now: datetime) -> Route:
    """Returns where the rule sends the contact, one rung above `after`.

    It is due as if it had waited in the new queue all the time. A closed queue's policy decides here, too.
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
        why = f"{why}: agents for {rule.widen} will do, too" if rule.widen else why
        asked = asked_at(snapshot, waiting.matter, waiting.facts, target, why, after=after, now=now)
        joined = waiting.joined
        elsewhere = target is not queue and joined.target_s is None
        joined = replace(joined, since=waiting.since if elsewhere else joined.since, widened=rule.widen)
        route = join(asked, target, joined)
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
