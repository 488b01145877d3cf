"""Joining a line: the one function for all that comes to a queue, whatever door it comes by. Pure.

Intake, a climb, a transfer, an escalation, a requeue and an overflow differ in what they ask for (`Joined`) and in the
words of their reason. The queue's policy is the same for all: whether it is open, who can serve the contact at all,
with which units, and whether it may be posted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mci_router.clock import moment
from mci_router.routing.calls import LAST_MS
from mci_router.routing.policy.emergency import emergency_words
from mci_router.routing.policy.hours import due_at, opens_at, serves
from mci_router.routing.policy.posting import asking_first, may_be_posted, posted_route
from mci_router.routing.policy.queues import open_queues
from mci_router.routing.policy.requirements import relaxed, requirement
from mci_router.routing.policy.routes import Facts, Joined, Relaxed, Requirement, Route
from mci_router.routing.policy.serving import Asked, Choice
from mci_router.specs.base import SkillRequirement
from mci_router.specs.interim_levels import InterimLevel
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.queues import QueueSpec, RelaxationStep
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.language import surely_in
from mci_router.triage.matter import Matter
from mci_router.vocabulary import ContactKind, Outcome

LAST = "who sent it seems to be no customer: behind every customer of a day"


def join(asked: Asked, queue: QueueSpec, joined: Joined, *, may_post: bool = False) -> Route:
    """Returns the route of a contact that joins a queue, by the queue's whole policy.

    While the queue is closed, its policy decides: another queue takes the contact, or the community (`may_post`), or it
    waits; `closed` and `opens_at` of the route then say so.
    """
    if serves(asked.now, queue):
        return _in_line(asked, queue, joined)
    return _while_closed(asked, queue, joined, may_post=may_post)


def place_again(
    snapshot: Snapshot, matter: Matter, facts: Facts, queue: QueueSpec, joined: Joined, *, rung: int, now: datetime
) -> Route:
    """Returns the place that a contact which waits in a queue already has there by the configuration of now.

    It stays in its queue and on its rung, with what it asked for when it joined. `requirement`, `steps`, `due_at`,
    `queue.units` and `closed` may differ from those of its row.
    """
    asked = Asked(snapshot, matter, facts, Choice(rung, ANY_AGENT, ()), now, rung - 1)
    if serves(now, queue):
        return _in_line(asked, queue, joined)
    opens = opens_at(now, queue.hours)
    return _held(_in_line(_because(asked, f"{_shut(queue, opens)}: the contact waits"), queue, joined), opens)


def asked_at(
    snapshot: Snapshot, matter: Matter, facts: Facts, queue: QueueSpec, why: str, *, after: int, now: datetime
) -> Asked:
    """Returns the question about a contact that a person or a rule sends to a queue, one rung above its own."""
    choice = Choice(after + 1, ANY_AGENT, (f"queue {queue.name}: {why}",))
    return Asked(snapshot, matter, facts, choice, now, after)


def interim_of(
    snapshot: Snapshot, matter: Matter, facts: Facts, queue: QueueSpec, joined: Joined
) -> InterimLevel | None:
    """Returns the interim service level by which a contact is due; None: by its own target, or its queue's."""
    if joined.due or joined.target_s is not None:
        return None
    return snapshot.interim_level(
        queue.name, priority=facts.priority, topic=matter.topic, channel=facts.channel, at=joined.since
    )


def due_of(matter: Matter, queue: QueueSpec, joined: Joined, interim: InterimLevel | None) -> datetime:
    """Returns when a contact is due. One that stands behind every customer is not late before they are."""
    if joined.due:
        return joined.due
    if joined.target_s is not None:
        due = joined.since + timedelta(seconds=joined.target_s)
    elif interim:
        due = due_at(joined.since, interim.of.within_s, interim.of.hours)
    else:
        due = due_at(joined.since, queue.service_level.target_s, queue.hours)
    return due if matter.kind is ContactKind.CUSTOMER else due + timedelta(milliseconds=LAST_MS)


def _while_closed(asked: Asked, queue: QueueSpec, joined: Joined, *, may_post: bool) -> Route:
    """Returns the route by a closed queue's policy.

    Another queue's hours count, its policy does not: so no two send contacts in a circle.
    """
    snapshot, matter, facts, now = asked.snapshot, asked.matter, asked.facts, asked.now
    plan, opens = queue.when_closed, opens_at(now, queue.hours)
    shut = _shut(queue, opens)
    for other in _instead(asked, queue):
        taken = _because(asked, f"{shut}: queue {other.name} takes its contacts")
        if (route := _in_line(taken, other, joined)).able:
            return _saying(asked, route, plan.message)
    if plan.action == "community" and may_post and may_be_posted(snapshot, matter, facts):
        reasons = (*asked.choice.reasons, f"{shut}: the community is asked until then")
        posted = replace(posted_route(asked.choice.number, reasons, limit_at=opens), instead_of=queue.name)
        route = asking_first(snapshot, facts, posted, now)
    else:
        waits = _because(asked, f"{shut}: the contact waits{_why_not_elsewhere(asked, queue)}")
        route = _held(_in_line(waits, queue, joined), opens)
    return _saying(asked, route, plan.message)


def _saying(asked: Asked, route: Route, message: str | None) -> Route:
    """Returns the route with what the customer hears about it, by a machine that says so."""
    notice = asked.snapshot.machine_notice(asked.facts.language) if message else route.notice
    return replace(route, message=message, notice=notice)


def _instead(asked: Asked, queue: QueueSpec) -> Iterator[QueueSpec]:
    """Yields the open queues that may take a closed one's contact: the one it names; any, if the contact is urgent."""
    other = asked.snapshot.queues.get(queue.when_closed.queue or "")
    if other and serves(asked.now, other):
        yield other
    if asked.matter.urgent:
        yield from open_queues(asked.snapshot, asked.facts.channel, asked.facts.customer, asked.now, but=queue)


def _why_not_elsewhere(asked: Asked, queue: QueueSpec) -> str:
    other = asked.snapshot.queues.get(queue.when_closed.queue or "")
    if other is None:
        return ""
    open_now = serves(asked.now, other)
    return (
        f", for nobody can serve it in queue {other.name}" if open_now else f", for queue {other.name} is closed, too"
    )


def _shut(queue: QueueSpec, opens: datetime) -> str:
    return f"queue {queue.name} is closed until {moment(opens)}"


def _because(asked: Asked, reason: str) -> Asked:
    return replace(asked, choice=asked.choice.because(reason))


def _held(route: Route, opens: datetime) -> Route:
    return replace(route, closed=True, opens_at=opens)


def _in_line(asked: Asked, queue: QueueSpec, joined: Joined) -> Route:
    """Returns the route into line at a queue, open or not."""
    snapshot, matter, facts, choice = asked.snapshot, asked.matter, asked.facts, asked.choice
    parts = _parts(snapshot, matter, facts, joined)
    needs, interim = requirement(queue, *parts), interim_of(snapshot, matter, facts, queue, joined)
    at_once = [RelaxationStep(after_s=0, widen=joined.widened)] if joined.widened else []
    steps = relaxed([*at_once, *queue.relaxation], queue, parts, snapshot.queues)
    able = snapshot.staffing.able(needs, facts.channel, queue.units)
    later = 0 if able else snapshot.staffing.able_in_any(_alternatives(steps), facts.channel, queue.units)
    return Route(
        rung=choice.number,
        outcome=Outcome.AGENT,
        reasons=(
            *choice.reasons,
            *(() if matter.kind is ContactKind.CUSTOMER else (LAST,)),
            *((interim.reason(),) if interim else ()),
            _staffing(needs, able, later, len(snapshot.staffing)),
        ),
        queue=queue,
        requirement=tuple(needs),
        due_at=due_of(matter, queue, joined, interim),
        interim=interim,
        emergency=_emergency(snapshot, facts) if matter.urgent else None,
        notice=snapshot.machine_notice(facts.language) if matter.urgent else None,
        steps=tuple(steps),
        joined=joined,
        able=able or later,
    )


def _emergency(snapshot: Snapshot, facts: Facts) -> str:
    """Returns whom to call, in the language that the customer writes now, and in the contact's if that is another."""
    return emergency_words(snapshot.spec, (surely_in(facts.latest or facts.text), facts.language))


def _parts(snapshot: Snapshot, matter: Matter, facts: Facts, joined: Joined) -> Sequence[Sequence[SkillRequirement]]:
    """Returns what a contact asks of an agent beside its queue: by its topic, by itself, by its language."""
    topic = snapshot.topics.get(matter.topic) if matter.topic and joined.topic_skills else None
    language = snapshot.spec.language_skills.get(facts.language) if facts.language else None
    spoken = (SkillRequirement(skill=language),) if language else ()
    return topic.skills if topic else (), facts.skills, spoken


def _alternatives(steps: Sequence[Relaxed]) -> Iterator[Requirement]:
    for step in steps:
        yield from step.alternatives


def _staffing(needs: Sequence[Mapping[str, Any]], able: int, later: int, agents: int) -> str:
    """Returns in words what an agent must bring, and how many of the workspace can: skills, channel and units."""
    wanted = ", ".join(f"{need['skill']} ≥ {need['min']}" for need in needs) or "no particular skill"
    relaxed_to = f", {later} once it asks for less" if later else ""
    return f"wanted of an agent: {wanted}; {able} of {agents} agents can serve it{relaxed_to}"
