"""What the adapter is told, and what a decision keeps: plain data in the words of the contract. Pure."""

from typing import Any, TypeAlias

from mci_router.clock import moment
from mci_router.incidents.matching import OpenIncident
from mci_router.intake.decide import Route
from mci_router.routing.expected_wait import ExpectedWait
from mci_router.triage.decision import Triage
from mci_router.triage.perception import Opinion
from mci_router.vocabulary import ContactState, Outcome

Answer: TypeAlias = dict[str, Any]

STATE_OF = {
    Outcome.AUTOMATION: ContactState.AUTOMATING,
    Outcome.INCIDENT: ContactState.AUTOMATING,
    Outcome.COMMUNITY: ContactState.POSTED,
    Outcome.AGENT: ContactState.QUEUED,
}
"""The state a contact enters when an outcome begins to serve it."""


def triage_data(found: Triage, route: Route) -> dict[str, Any]:
    """What the contact is, as `TriageOut` describes it."""
    return {
        "topic": found.topic,
        "confidence": found.confidence,
        "certainty": found.certainty,
        "thresholds": {"act": round(found.thresholds.act, 4), "suggest": round(found.thresholds.suggest, 4)},
        "bars": {"agent": found.bars.agent, "automation": found.bars.automation, "community": found.bars.community},
        "volume": found.volume,
        "touch": found.touch,
        "sensitive": found.sensitive,
        "sensitive_probability": found.sensitive_probability,
        "rules": list(found.rules),
        "cell": found.cell,
        "modality": route.modality,
        "reasons": list(found.reasons),
        "ranked": [{"topic": topic, "probability": probability} for topic, probability in found.ranked],
        "model": found.model,
        "shadow": shadow_data(found.shadow) if found.shadow else None,
    }


def shadow_data(shadow: Opinion) -> dict[str, Any]:
    """What the model on trial would have said."""
    guess = shadow.guess
    certainty = shadow.thresholds.of(guess.topic, guess.worth, guess.terse)
    return {"model": shadow.model, "topic": guess.topic, "confidence": guess.worth, "certainty": certainty}


def route_data(route: Route, *, post_id: str | None) -> dict[str, Any]:
    """Where the contact goes, as `RouteOut` describes it."""
    article, incident = route.article, route.incident
    return {
        "outcome": route.outcome,
        "rung": route.place,
        "reasons": list(route.reasons),
        "queue": route.queue.name if route.queue else None,
        "answer": {"article": article.name, "title": article.title, "body": article.body} if article else None,
        "incident": incident_data(incident, route.message) if incident else None,
        "post": {"id": post_id} if post_id else None,
        "reply_by": moment(by) if (by := route.due_at or route.limit_at) else None,
        "at_limit": route.at_limit if route.limit_at or incident else None,
        "expected_wait_s": wait_data(route.expected_wait),
        "callback_offered": route.callback_offered,
        "overflow_from": route.overflow_from,
        "message": route.message,
    }


def incident_data(incident: OpenIncident, status: str | None) -> dict[str, Any]:
    """The incident that answers, as `IncidentAnswerOut` describes it."""
    expected = incident.expected_fix_at
    return {"id": incident.id, "title": incident.title, "status": status, "expected_fix_at": moment(expected) if expected else None}


def wait_data(wait: ExpectedWait | None) -> dict[str, float] | None:
    """An expected wait as `ExpectedWaitOut` describes it, to a tenth of a second."""
    return {"low": round(wait.low_s, 1), "high": round(wait.high_s, 1)} if wait else None
