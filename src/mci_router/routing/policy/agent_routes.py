"""Where a contact waits for an agent: the queue, what is asked of an agent, and what a closed queue says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mci_router.clock import moment
from mci_router.errors import UnknownSeverity
from mci_router.routing.calls import LAST_MS
from mci_router.routing.policy.emergency import emergency_words
from mci_router.routing.policy.hours import due_at, opens_at, serves
from mci_router.routing.policy.posting import asking_first, may_be_posted, posted_route
from mci_router.routing.policy.queues import choose_queue, open_queue
from mci_router.routing.policy.relaxation import relaxed
from mci_router.routing.policy.requirements import requirement
from mci_router.routing.policy.routes import Facts, Route
from mci_router.routing.policy.serving import Asked, Choice
from mci_router.specs.base import SkillRequirement
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.queues import QueueSpec, RelaxationStep
from mci_router.specs.resources import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Channel, ContactKind, Outcome, Severity

LAST = "who sent it seems to be no customer: behind every customer of a day"


def agent_route(asked: Asked) -> Route:
    """Returns where a contact waits for an agent."""
    snapshot, matter, facts, choice = asked.snapshot, asked.matter, asked.facts, asked.choice
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    rung = choice.rung if matter.kind is ContactKind.CUSTOMER else ANY_AGENT  # what a machine sent needs no specialist
    queue, why = choose_queue(
        snapshot, topic=topic, rung=rung, channel=facts.channel, cell=matter.cell, customer=facts.customer
    )
    choice = choice.because(why)
    if serves(asked.now, queue):
        return _at_queue(snapshot, matter, facts, choice, queue, asked.now)
    posted = _was_posted(snapshot.ladders[matter.cell], asked.after)
    return _while_closed(snapshot, matter, facts, choice, queue, asked.now, posted=posted)


def _was_posted(ladder: Sequence[Rung], after: int) -> bool:
    """Returns whether a contact that was on rung `after` may have been with the community, or with an agent, before."""
    return after >= len(ladder) - 1 or any(rung.outcome is Outcome.COMMUNITY for rung in ladder[: after + 1])


def _while_closed(
    snapshot: Snapshot, matter: Matter, facts: Facts, choice: Choice, queue: QueueSpec, now: datetime, *, posted: bool
) -> Route:
    """Returns the route by a closed queue's policy.

    Another queue's hours count, its policy does not: so no two send contacts in a circle.
    """
    plan, opens = queue.when_closed, opens_at(now, queue.hours)
    shut = f"queue {queue.name} is closed until {moment(opens)}"
    other = snapshot.queues.get(plan.queue) if plan.queue else None
    if matter.urgent and not (other and serves(now, other)):
        other = open_queue(snapshot, facts.channel, facts.customer, now, but=queue)
    if other and serves(now, other):
        route = _at_queue(
            snapshot, matter, facts, choice.because(f"{shut}: queue {other.name} takes its contacts"), other, now
        )
    elif plan.action == "community" and not posted and may_be_posted(snapshot, matter, facts):
        route = posted_route(
            choice.number, (*choice.reasons, f"{shut}: the community is asked until then"), limit_at=opens
        )
        route = asking_first(snapshot, facts, route, now)
    else:
        choice = choice.because(
            f"{shut}: the contact waits" + (f", for queue {other.name} is closed, too" if other else "")
        )
        route = replace(_at_queue(snapshot, matter, facts, choice, queue, now), closed=True)
    return replace(route, message=plan.message)


def _at_queue(
    snapshot: Snapshot, matter: Matter, facts: Facts, choice: Choice, queue: QueueSpec, since: datetime
) -> Route:
    """Returns the route into line at a queue, due as its service level says for a contact that waits since `since`."""
    return _in_line(snapshot, matter, facts, queue, choice, due_of(matter, queue, since))


def due_of(matter: Matter, queue: QueueSpec, since: datetime) -> datetime:
    """Returns when a contact is due. What stands behind every customer is not late before they are."""
    due = due_at(since, queue.service_level.target_s, queue.hours)
    return due if matter.kind is ContactKind.CUSTOMER else due + timedelta(milliseconds=LAST_MS)


def _in_line(
    snapshot: Snapshot,
    matter: Matter,
    facts: Facts,
    queue: QueueSpec,
    choice: Choice,
    due: datetime,
    widened: str | None = None,
) -> Route:
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    parts = (topic.skills if topic else (), facts.skills, _of_language(snapshot, facts.language))
    needs = requirement(queue, *parts)
    at_once = [RelaxationStep(after_s=0, widen=widened)] if widened else []
    return Route(
        rung=choice.number,
        outcome=Outcome.AGENT,
        reasons=(
            *choice.reasons,
            *(() if matter.kind is ContactKind.CUSTOMER else (LAST,)),
            _staffing(snapshot, needs, facts.channel, queue.units),
        ),
        queue=queue,
        requirement=tuple(needs),
        due_at=due,
        emergency=emergency_words(snapshot.spec, facts.language) if matter.urgent else None,
        steps=tuple(relaxed([*at_once, *queue.relaxation], queue, parts, snapshot.queues)),
    )


def _of_language(snapshot: Snapshot, language: str | None) -> tuple[SkillRequirement, ...]:
    """Returns the skill for the contact's language, if the workspace names one."""
    skill = snapshot.spec.language_skills.get(language) if language else None
    return (SkillRequirement(skill=skill),) if skill else ()


def queue_route(
    snapshot: Snapshot,
    matter: Matter,
    facts: Facts,
    queue: QueueSpec,
    why: str,
    *,
    due_at: datetime,
    after: int,
    widened: str | None = None,
) -> Route:
    """Returns the route to a queue that a person or a rule has named, one rung above `after`, the contact's own.

    `widened`: agents able to serve the queue of that name may serve it, too, at once.
    """
    choice = Choice(after + 1, ANY_AGENT, (f"queue {queue.name}: {why}",))
    return _in_line(snapshot, matter, facts, queue, choice, due_at, widened)


def escalation_route(
    snapshot: Snapshot, matter: Matter, facts: Facts, severity: Severity, *, now: datetime, after: int
) -> Route:
    """Returns the route that a row of the escalation matrix names: its queue and response target.

    Raises UnknownSeverity.
    """
    row = snapshot.escalations.get(severity)
    if row is None:
        raise UnknownSeverity(f"The escalation matrix has no row {severity}.")
    why = f"the escalation matrix's for {severity}"
    return queue_route(
        snapshot,
        matter,
        facts,
        snapshot.queues[row.queue],
        why,
        due_at=now + timedelta(seconds=row.target_s),
        after=after,
    )


def _staffing(snapshot: Snapshot, needs: Sequence[Mapping[str, Any]], channel: Channel, units: int) -> str:
    """Returns in words what an agent must bring, and how many of the workspace can: skills, channel and units."""
    wanted = ", ".join(f"{need['skill']} ≥ {need['min']}" for need in needs) or "no particular skill"
    able = snapshot.staffing.able(needs, channel, units)
    return f"wanted of an agent: {wanted}; {able} of {len(snapshot.staffing)} agents can serve it"
