"""A contact's decision: where routing sends it, and why. Pure: the same code decides for real and for a dry run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mci_router.classifier.thresholds import Certainty
from mci_router.routing.policy.article_choice import choose_article
from mci_router.routing.policy.incidents import OpenIncident, match
from mci_router.routing.policy.ladders import choose_rung
from mci_router.routing.policy.routes import ArticleChoice, Facts, Route
from mci_router.routing.policy.serving import Asked, Outcomes, Servable
from mci_router.routing.policy.workflows import choose_workflow
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactKind, Outcome


def answering_incident(incidents: Sequence[OpenIncident], triage: Triage, facts: Facts) -> OpenIncident | None:
    """Returns the open incident that a contact is about; None if there is none, or in doubt."""
    return match(
        incidents,
        topic=triage.topic,
        certain=triage.certainty is Certainty.ACT and triage.confidence >= triage.bars.automation,
        sensitive=triage.sensitive,
        wants_person=triage.wants_person,
        vulnerable=bool(facts.customer.get("vulnerable")),
        context=facts.context,
        attributes=facts.customer,
    )


def choose_route(
    snapshot: Snapshot, matter: Matter, facts: Facts, outcomes: Outcomes, *, now: datetime, after: int = -1
) -> Route:
    """Returns where a contact goes, above rung `after` of its ladder."""
    ladder = snapshot.ladders[matter.cell]
    automated = any(rung.outcome is Outcome.AUTOMATION for rung in ladder[after + 1 :]) and not matter.sensitive
    article = choose_article(snapshot, matter.topic, facts, now) if automated else None
    servable = _servable(snapshot, matter, facts, article)
    choice = choose_rung(ladder, servable, outcomes, after=after)
    asked = Asked(snapshot, matter, facts, choice, now, after, workflow=servable.workflow, article=article)
    return outcomes[choice.rung.outcome].serve(asked)


def may_be_answered(
    snapshot: Snapshot, matter: Matter, facts: Facts, outcomes: Outcomes, *, now: datetime, after: int = -1
) -> bool:
    """Returns whether the community's rung would serve a contact, if an answered post were like it."""
    ladder = snapshot.ladders[matter.cell]
    if all(rung.outcome is not Outcome.COMMUNITY for rung in ladder):
        return False
    article = choose_article(snapshot, matter.topic, facts, now)
    servable = replace(_servable(snapshot, matter, facts, article), answered=True)
    return choose_rung(ladder, servable, outcomes, after=after).rung.outcome is Outcome.COMMUNITY


def _servable(snapshot: Snapshot, matter: Matter, facts: Facts, article: ArticleChoice | None) -> Servable:
    bars, found = snapshot.bars, facts.answered
    return Servable(
        facts.channel,
        sensitive=matter.sensitive,
        machine=matter.kind is not ContactKind.CUSTOMER,
        wants_person=matter.wants_person,
        answerable=article is not None,
        answered=found is not None and found.answer(bars.answered) is not None,
        publishable=facts.publishable,
        confidence=matter.confidence,
        bars=bars,
        workflow=choose_workflow(snapshot, matter.topic, facts),
        fit=article.fit if article else 1.0,
    )
