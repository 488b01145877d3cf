"""Passing on: where a contact goes that is sent on, by a transfer, an escalation, a requeue or a closing time. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mci_router.errors import NobodyCanServe, UnknownSeverity
from mci_router.routing.policy.hours import serves
from mci_router.routing.policy.joining import asked_at, due_of, interim_of, join
from mci_router.routing.policy.queues import fits, open_queues
from mci_router.routing.policy.routes import Facts, Joined, Route
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import EscalationSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.values import value
from mci_router.vocabulary import Outcome, Severity

MOST_QUEUES = 10  # queues that a P1 is tried in


@value
class Passing:
    """A contact that is sent on: it is on rung `after` now, in `queue`, which it joined as `joined` says. `may_post`: a
    closed queue may ask the community about it.
    """

    snapshot: Snapshot
    matter: Matter
    facts: Facts
    now: datetime
    after: int
    queue: str | None
    joined: Joined
    may_post: bool = False

    def to(self, queue: QueueSpec, joined: Joined, why: str) -> Route:
        """Returns the route into a queue, or to where it sends its contacts while it is closed.

        In the queue in which the contact stands already, its old due time stays.
        """
        asked = asked_at(self.snapshot, self.matter, self.facts, queue, why, after=self.after, now=self.now)
        route = join(asked, queue, joined, may_post=self.may_post)
        if route.outcome is Outcome.COMMUNITY:
            return replace(route, joined=joined)  # there it goes when the queue opens
        if route.queue is None or route.queue.name != self.queue or joined.target_s is not None:
            return route
        kept = replace(self.joined, topic_skills=joined.topic_skills, widened=joined.widened)
        interim = interim_of(self.snapshot, self.matter, self.facts, route.queue, kept)
        return replace(route, joined=kept, due_at=due_of(self.matter, route.queue, kept, interim), interim=interim)


def transfer_route(passing: Passing, queue: QueueSpec, *, keep_skills: bool) -> Route:
    """Returns the route of a contact that a person transfers: without what its topic asked, unless that is kept."""
    return passing.to(queue, Joined(passing.now, topic_skills=keep_skills), "a transfer's")


def requeue_route(passing: Passing, queue: QueueSpec, *, since: datetime | None = None) -> Route:
    """Returns the route of a contact back into its line, asking what it asked before.

    In another queue, which takes the contacts of its own while that is closed, the other's target runs from now, or
    `since`.
    """
    route = passing.to(queue, passing.joined, "its own")
    if route.queue is None or route.queue.name == passing.queue or passing.joined.target_s is not None:
        return route
    return passing.to(queue, replace(passing.joined, since=since or passing.now, due=None), "its own")


def escalation_route(passing: Passing, severity: Severity) -> Route:
    """Returns the route that a row of the escalation matrix names: its queue and response target.

    Raises UnknownSeverity.
    """
    row = _row(passing.snapshot, severity)
    return _escalated(replace(passing, may_post=False), row, passing.snapshot.queues[row.queue])


def urgent_routes(passing: Passing, severity: Severity) -> Iterator[Route]:
    """Yields the routes into the open queues that may serve an escalated contact, the best first.

    First the row's own queue, then the one that takes its contacts while it is closed, then those for the channel and
    the customer that are of its tier or above.

    Raises UnknownSeverity.
    """
    row, snapshot = _row(passing.snapshot, severity), passing.snapshot
    named = snapshot.queues[row.queue]
    instead = snapshot.queues.get(named.when_closed.queue or "")
    others = open_queues(snapshot, passing.facts.channel, passing.facts.customer, passing.now, but=named)
    elsewhere = [queue for queue in others if queue is not instead and _may_take(passing, queue, named)]
    for queue in [named, *([instead] if instead else []), *elsewhere][:MOST_QUEUES]:
        if serves(passing.now, queue) and (route := _escalated(passing, row, queue)).able:
            yield route


def _may_take(passing: Passing, queue: QueueSpec, named: QueueSpec) -> bool:
    takes = fits(queue, passing.facts.channel, passing.facts.customer)
    return takes and not queue.catch_all and queue.tier >= named.tier and queue.name != passing.queue


def refuse_unservable(route: Route, agents: int) -> None:
    """Checks that somebody on the books can serve a contact where it goes. Raises NobodyCanServe."""
    if route.queue and route.able == 0:
        raise NobodyCanServe(
            f"0 of {agents} agents can serve the contact in queue {route.queue.name}. {route.reasons[-1]}.",
            queue=route.queue.name,
            able=0,
            agents=agents,
            reasons=list(route.reasons),
        )


def _escalated(passing: Passing, row: EscalationSpec, queue: QueueSpec) -> Route:
    """Returns the route into a queue with the row's target.

    Without what the topic asks, if with it nobody could serve the contact, or it would wait for a closed queue.
    """
    why = f"the escalation matrix's for {row.name}"
    if queue.name != row.queue:
        why = f"where somebody works, for {row.name} of queue {row.queue}"
    joined = Joined(passing.now, row.target_s)
    route = passing.to(queue, joined, why)
    if route.able and not route.closed:
        return route
    less = passing.to(queue, replace(joined, topic_skills=False), f"{why}, without the skills of its topic")
    return less if less.able and (not less.closed or not route.able) else route


def _row(snapshot: Snapshot, severity: Severity) -> EscalationSpec:
    row = snapshot.escalations.get(severity)
    if row is None:
        raise UnknownSeverity(f"The escalation matrix has no row {severity}.")
    return row
