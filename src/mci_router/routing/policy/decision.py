"""A contact's decision: what triage finds and where routing sends it. Pure: the same code decides for real and for a dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mci_router.classifier.calibration import Certainty
from mci_router.clock import moment
from mci_router.errors import UnknownSeverity
from mci_router.routing.calls import LAST_MS
from mci_router.routing.policy.articles import best_article
from mci_router.routing.policy.asking import question
from mci_router.routing.policy.emergency import emergency_words, open_queue
from mci_router.routing.policy.hours import due_at, opens_at, serves
from mci_router.routing.policy.incidents import OpenIncident, match
from mci_router.routing.policy.ladders import DEFAULT_LADDERS, Choice, Servable, abilities, choose_queue, choose_rung, requirement
from mci_router.routing.policy.relaxation import relaxed
from mci_router.routing.policy.routes import BEFORE_LADDER, Facts, Route
from mci_router.specs import QueueSpec, RelaxationStep, Rung, SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Bounds, Matter, Measured, Triage, triage
from mci_router.triage.kinds import with_kind
from mci_router.triage.machines import CUSTOMER, Recognised
from mci_router.triage.perception import Perception
from mci_router.vocabulary import Cell, Channel, ContactKind, Outcome, Severity

ANY_AGENT = Rung(outcome=Outcome.AGENT)
LAST = "who sent it seems to be no customer: behind every customer of a day"


def find(
    snapshot: Snapshot,
    seen: Perception,
    *,
    named: str | None,
    measured: Measured,
    customer: Mapping[str, Any],
    came_back: bool,
    recognised: Recognised = CUSTOMER,
) -> Triage:
    """What a contact is."""
    spec = snapshot.spec
    found = triage(
        seen,
        named=named,
        topics=snapshot.topics,
        measured=measured,
        bounds=Bounds(spec.confidence_threshold, spec.bars_in_force(), spec.sensitive_threshold),
        came_back=came_back,
        vulnerable=bool(customer.get("vulnerable")),
    )
    return with_kind(found, seen, recognised)


def answering_incident(incidents: Sequence[OpenIncident], found: Triage, facts: Facts) -> OpenIncident | None:
    """The open incident that a contact is about; None in doubt."""
    return match(
        incidents,
        topic=found.topic,
        certain=found.certainty is Certainty.ACT and found.bars.hindrance(Outcome.INCIDENT, found.confidence) is None,
        sensitive=found.sensitive,
        wants_person=found.wants_person,
        vulnerable=bool(facts.customer.get("vulnerable")),
        context=facts.context,
        attributes=facts.customer,
    )


def incident_route(incident: OpenIncident, facts: Facts) -> Route:
    """One answer for many: before the ladder, without an agent, until the customer says otherwise or some time after the fix."""
    reason = f"the open incident {incident.id} ({incident.title}) is about this: its status is the answer, and updates follow"
    text = incident.text_for(facts.language)
    return Route(place=BEFORE_LADDER, outcome=Outcome.INCIDENT, reasons=(reason,), at_limit="resolve", incident=incident, message=text)


def route(snapshot: Snapshot, matter: Matter, facts: Facts, *, now: datetime, after: int = -1) -> Route:
    """Where a contact goes, above rung `after` of its ladder."""
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    articles = [article for article in snapshot.articles.values() if topic and article.topic == topic.name]
    article = best_article(articles, facts.text, facts.language)
    servable = Servable(
        facts.channel,
        sensitive=matter.sensitive,
        machine=matter.kind is not ContactKind.CUSTOMER,
        answerable=article is not None,
        publishable=facts.publishable,
        confidence=matter.confidence,
        bars=snapshot.spec.bars_in_force(),
    )
    choice = choose_rung(snapshot.ladders[matter.cell], servable, after=after)
    if choice.rung.outcome is Outcome.AGENT:
        return _to_agent(snapshot, matter, facts, choice, now, posted=_was_posted(snapshot.ladders[matter.cell], after))
    way = Route(
        place=choice.place,
        outcome=choice.rung.outcome,
        reasons=choice.reasons,
        limit_at=now + timedelta(seconds=choice.rung.limit_s) if choice.rung.limit_s else None,
        at_limit=choice.rung.at_limit,
        article=article if choice.rung.outcome is Outcome.AUTOMATION else None,
    )
    return asking_first(snapshot, facts, way, now, then_s=choice.rung.limit_s) if way.outcome is Outcome.COMMUNITY else way


def asking_first(snapshot: Snapshot, facts: Facts, way: Route, now: datetime, *, then_s: float | None = None) -> Route:
    """The way to the community of a contact that may be posted: one that was written in private asks the customer first."""
    if not facts.private:
        return way
    ask = question(now, snapshot.spec.time_to_agree_s(facts.channel), limit_at=way.limit_at, then_s=then_s)
    because = "it was written in private: the customer is asked whether it may be posted"
    return replace(way, limit_at=ask.until, ask=ask, reasons=(*way.reasons, because))


def _was_posted(ladder: Sequence[Rung], after: int) -> bool:
    """Whether a contact that stood on rung `after` may have been with the community, or with an agent, before."""
    return after >= len(ladder) - 1 or any(rung.outcome is Outcome.COMMUNITY for rung in ladder[: after + 1])


def _to_agent(snapshot: Snapshot, matter: Matter, facts: Facts, choice: Choice, now: datetime, *, posted: bool) -> Route:
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    rung = choice.rung if matter.kind is ContactKind.CUSTOMER else ANY_AGENT  # what a machine sent needs no specialist
    queue, why = choose_queue(snapshot.queues, topic=topic, rung=rung, channel=facts.channel, cell=matter.cell, customer=facts.customer)
    choice = replace(choice, reasons=(*choice.reasons, why))
    if serves(now, queue):
        return _at_queue(snapshot, matter, facts, choice, queue, now)
    return _while_closed(snapshot, matter, facts, choice, queue, now, posted=posted)


def _while_closed(
    snapshot: Snapshot, matter: Matter, facts: Facts, choice: Choice, queue: QueueSpec, now: datetime, *, posted: bool
) -> Route:
    """What the closed queue's policy says. Another queue's hours count, its policy does not, so that no two send contacts in a circle."""
    plan, opens = queue.when_closed, opens_at(now, queue.hours)
    shut = f"queue {queue.name} is closed until {moment(opens)}"
    other = snapshot.queues.get(plan.queue) if plan.queue else None
    if matter.urgent and not (other and serves(now, other)):
        other = open_queue(snapshot, facts.channel, facts.customer, now, but=queue)
    if other and serves(now, other):
        way = _at_queue(snapshot, matter, facts, _because(choice, f"{shut}: queue {other.name} takes its contacts"), other, now)
    elif plan.action == "community" and not posted and may_be_posted(snapshot, matter, facts):
        way = posted_route(choice.place, (*choice.reasons, f"{shut}: the community is asked until then"), limit_at=opens)
        way = asking_first(snapshot, facts, way, now)
    else:
        choice = _because(choice, f"{shut}: the contact waits" + (f", for queue {other.name} is closed, too" if other else ""))
        way = replace(_at_queue(snapshot, matter, facts, choice, queue, now), closed=True)
    return replace(way, message=plan.message)


def _because(choice: Choice, reason: str) -> Choice:
    return replace(choice, reasons=(*choice.reasons, reason))


def _at_queue(snapshot: Snapshot, matter: Matter, facts: Facts, choice: Choice, queue: QueueSpec, since: datetime) -> Route:
    """In line at a queue, due as its service level says for a contact that waits since then."""
    return _in_line(snapshot, matter, facts, queue, choice, due_of(matter, queue, since))


def due_of(matter: Matter, queue: QueueSpec, since: datetime) -> datetime:
    """What stands behind every customer is not late sooner than they are."""
    due = due_at(since, queue.service_level.target_s, queue.hours)
    return due if matter.kind is ContactKind.CUSTOMER else due + timedelta(milliseconds=LAST_MS)


def _in_line(
    snapshot: Snapshot, matter: Matter, facts: Facts, queue: QueueSpec, choice: Choice, due: datetime, widened: str | None = None
) -> Route:
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    parts = (topic.skills if topic else (), facts.skills, _of_language(snapshot, facts.language))
    needs = requirement(queue, *parts)
    at_once = [RelaxationStep(after_s=0, widen=widened)] if widened else []
    return Route(
        place=choice.place,
        outcome=Outcome.AGENT,
        reasons=(*choice.reasons, *(() if matter.kind is ContactKind.CUSTOMER else (LAST,)), *_staffing(snapshot, needs, facts.channel)),
        queue=queue,
        requirement=tuple(needs),
        due_at=due,
        emergency=emergency_words(snapshot.spec, facts.language) if matter.urgent else None,
        steps=tuple(relaxed([*at_once, *queue.relaxation], queue, parts, snapshot.queues)),
    )


def _of_language(snapshot: Snapshot, language: str | None) -> tuple[SkillRequirement, ...]:
    """What the contact's language asks of an agent, if the workspace says that it asks anything."""
    skill = snapshot.spec.language_skills.get(language) if language else None
    return (SkillRequirement(skill=skill),) if skill else ()


def may_be_posted(snapshot: Snapshot, matter: Matter, facts: Facts) -> bool:
    """Never a sensitive contact, nor what no customer sent, nor what is not sure enough, nor what was written in private by a customer who
    cannot be asked; else the channels of the community rung of its cell's ladder decide, if the ladder has one.
    """
    rung, bars = _community_rung(snapshot, matter), snapshot.spec.bars_in_force()
    private = matter.sensitive or matter.kind is not ContactKind.CUSTOMER
    sure = bars.hindrance(Outcome.COMMUNITY, matter.confidence) is None
    return not private and sure and facts.publishable and (not rung.channels or facts.channel in rung.channels)


def posted_route(place: int, reasons: tuple[str, ...], *, limit_at: datetime | None) -> Route:
    """To the community, although its turn with an agent had come: after the limit it goes to an agent, whatever its ladder says."""
    return Route(place=place, outcome=Outcome.COMMUNITY, reasons=reasons, limit_at=limit_at)


def community_limit_s(snapshot: Snapshot, matter: Matter) -> float | None:
    """How long the community has, in seconds; None: as long as it takes."""
    return _community_rung(snapshot, matter).limit_s


def _community_rung(snapshot: Snapshot, matter: Matter) -> Rung:
    rungs = (*snapshot.ladders[matter.cell], *DEFAULT_LADDERS[Cell.LOW_VOLUME_LOW_TOUCH])
    return next(rung for rung in rungs if rung.outcome is Outcome.COMMUNITY)


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
    """One rung above where the contact stands, at `after`: a queue that a person or a rule has named.

    `widened`: agents able to serve the queue of that name will do, too, at once.
    """
    choice = Choice(after + 1, ANY_AGENT, (f"queue {queue.name}: {why}",))
    return _in_line(snapshot, matter, facts, queue, choice, due_at, widened)


def escalation_route(snapshot: Snapshot, matter: Matter, facts: Facts, severity: Severity, *, now: datetime, after: int) -> Route:
    """The queue and response target of the escalation matrix's row. Raises UnknownSeverity."""
    row = snapshot.escalations.get(severity)
    if row is None:
        raise UnknownSeverity(f"The escalation matrix has no row {severity}.")
    why = f"the escalation matrix's for {severity}"
    return queue_route(snapshot, matter, facts, snapshot.queues[row.queue], why, due_at=now + timedelta(seconds=row.target_s), after=after)


def _staffing(snapshot: Snapshot, needs: Sequence[Mapping[str, Any]], channel: Channel) -> tuple[str, ...]:
    """What is asked of an agent, and a warning when nobody on the books could ever give it."""
    wanted = ", ".join(f"{need['skill']} ≥ {need['min']}" for need in needs) or "no particular skill"
    able = sum(
        channel in agent.capacity.channels and all(abilities(agent).get(need["skill"], 0) >= need["min"] for need in needs)
        for agent in snapshot.agents.values()
    )
    return (f"wanted of an agent: {wanted}; {able} of {len(snapshot.agents)} agents can serve it",)
