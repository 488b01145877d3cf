"""A contact's decision: what triage finds and where routing sends it. Pure: the same code decides for real and for a dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mci_router.configuration.snapshot import Snapshot
from mci_router.errors import UnknownSeverity
from mci_router.outcomes.automation import best_article
from mci_router.routing.hours import due_at
from mci_router.routing.policy import abilities, choose_queue, choose_rung, requirement
from mci_router.specs import ArticleSpec, QueueSpec, Rung, SkillRequirement, TopicSpec
from mci_router.triage.classifier import Guess
from mci_router.triage.decision import Matter, Triage, triage
from mci_router.triage.matrix import modality_of
from mci_router.vocabulary import Channel, Modality, Outcome, Severity, Volume


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a contact when it is decided about."""

    channel: Channel
    text: str
    language: str | None
    skills: Sequence[SkillRequirement]
    customer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a contact goes. `queue`, `requirement` and `due_at` are for an agent, `article` for automation."""

    place: int
    rung: Rung
    reasons: tuple[str, ...]
    limit_at: datetime | None = None
    article: ArticleSpec | None = None
    queue: QueueSpec | None = None
    requirement: tuple[Mapping[str, Any], ...] = ()
    due_at: datetime | None = None

    @property
    def outcome(self) -> Outcome:
        return self.rung.outcome

    @property
    def modality(self) -> Modality:
        return modality_of(self.outcome)


def find(
    snapshot: Snapshot,
    guess: Guess,
    *,
    named: bool,
    volumes: Mapping[str, Volume],
    customer: Mapping[str, Any],
    came_back: bool,
) -> Triage:
    """What a contact is."""
    return triage(
        guess,
        named=named,
        topics=snapshot.topics,
        volumes=volumes,
        threshold=snapshot.spec.confidence_threshold,
        came_back=came_back,
        vulnerable=bool(customer.get("vulnerable")),
        model=snapshot.classifier.version,
    )


def route(snapshot: Snapshot, matter: Matter, facts: Facts, *, now: datetime, after: int = -1) -> Route:
    """Where a contact goes, above rung `after` of its ladder. Raises NoQueue."""
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    articles = [article for article in snapshot.articles.values() if topic and article.topic == topic.name]
    article = best_article(articles, facts.text, facts.language)
    choice = choose_rung(
        snapshot.ladders[matter.cell],
        after=after,
        channel=facts.channel,
        sensitive=matter.sensitive,
        answerable=article is not None,
    )
    if choice.rung.outcome is Outcome.AGENT:
        return _to_agent(snapshot, matter, facts, topic, choice.place, choice.rung, choice.reasons, now)
    return Route(
        place=choice.place,
        rung=choice.rung,
        reasons=choice.reasons,
        limit_at=now + timedelta(seconds=choice.rung.limit_s) if choice.rung.limit_s else None,
        article=article if choice.rung.outcome is Outcome.AUTOMATION else None,
    )


def _to_agent(
    snapshot: Snapshot,
    matter: Matter,
    facts: Facts,
    topic: TopicSpec | None,
    place: int,
    rung: Rung,
    reasons: tuple[str, ...],
    now: datetime,
) -> Route:
    queue, why = choose_queue(snapshot.queues, topic=topic, rung=rung, channel=facts.channel, cell=matter.cell, customer=facts.customer)
    needs = requirement(queue, topic.skills if topic else (), facts.skills)
    return Route(
        place=place,
        rung=rung,
        reasons=(*reasons, why, *_staffing(snapshot, needs, facts.channel)),
        queue=queue,
        requirement=tuple(needs),
        due_at=due_at(now, queue.service_level.target_s, queue.hours),
    )


def escalation_route(snapshot: Snapshot, matter: Matter, facts: Facts, severity: Severity, *, now: datetime, after: int) -> Route:
    """One rung above where the contact stands, at `after`: the queue and response target of the matrix's row. Raises UnknownSeverity."""
    row = snapshot.escalations.get(severity)
    if row is None:
        raise UnknownSeverity(f"The escalation matrix has no row {severity}.")
    queue = snapshot.queues[row.queue]
    topic = snapshot.topics.get(matter.topic) if matter.topic else None
    needs = requirement(queue, topic.skills if topic else (), facts.skills)
    return Route(
        place=after + 1,
        rung=Rung(outcome=Outcome.AGENT),
        reasons=(f"queue {queue.name}: the escalation matrix's for {severity}", *_staffing(snapshot, needs, facts.channel)),
        queue=queue,
        requirement=tuple(needs),
        due_at=now + timedelta(seconds=row.response_target_s),
    )


def _staffing(snapshot: Snapshot, needs: Sequence[Mapping[str, Any]], channel: Channel) -> tuple[str, ...]:
    """What is asked of an agent, and a warning when nobody on the books could ever give it."""
    wanted = ", ".join(f"{need['skill']} ≥ {need['min']}" for need in needs) or "no particular skill"
    able = sum(
        channel in agent.capacity.channels and all(abilities(agent).get(need["skill"], 0) >= need["min"] for need in needs)
        for agent in snapshot.agents.values()
    )
    return (f"wanted of an agent: {wanted}; {able} of {len(snapshot.agents)} agents can serve it",)
