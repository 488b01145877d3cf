"""Answers for the adapter, and what a decision keeps: plain data in the words of the contract. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from mci_router.classifier.sensitivity.finding import SensitivityFinding
from mci_router.clock import moment
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.routing.policy.routes import ArticleChoice, Ask, Draft, ExpectedWait, Route
from mci_router.routing.policy.workflows import PlannedRun
from mci_router.specs.answered import AnsweredPost
from mci_router.triage.perception import Opinion
from mci_router.triage.result import Triage
from mci_router.vocabulary import AnswerKind, AskKind, Modality, RunState, Visibility

LONGEST_REPLY = 1_000  # characters of a similar post's reply

BY_A_MACHINE = {"said_by": "machine"}

Answer: TypeAlias = dict[str, Any]


def triage_data(triage: Triage, modality: Modality, *, text: str, visibility: Visibility) -> dict[str, Any]:
    """Returns what the contact is, as `TriageOut` describes it; `text` is what was judged."""
    return {
        "text": text,
        "visibility": visibility,
        "topic": triage.topic,
        "confidence": triage.confidence,
        "certainty": triage.certainty,
        "thresholds": {"act": round(triage.thresholds.act, 4), "suggest": round(triage.thresholds.suggest, 4)},
        "bars": {"agent": triage.bars.agent, "automation": triage.bars.automation, "community": triage.bars.community},
        "volume": triage.volume,
        "touch": triage.touch,
        "sensitive": triage.sensitive,
        "sensitive_probability": triage.sensitive_probability,
        "sensitive_kinds": list(triage.sensitive_kinds),
        "urgent": triage.urgent,
        "sensitivity": sensitivity_data(triage.sensitivity),
        "rules": list(triage.rules),
        "cell": triage.cell,
        "modality": modality,
        "reasons": list(triage.reasons),
        "ranked": [{"topic": topic, "probability": probability} for topic, probability in triage.ranked],
        "model": triage.model,
        "shadow": shadow_data(triage.shadow) if triage.shadow else None,
    }


def sensitivity_data(finding: SensitivityFinding) -> dict[str, Any]:
    """Returns what the model of sensitivity finds, as `SensitivityOut` describes it."""
    return {
        "model": finding.model,
        "probability": finding.probability,
        "kinds": [{"kind": kind, "probability": probability} for kind, probability in finding.kinds],
        "clause": finding.clause or None,
        "thresholds": {"sensitive": finding.bars.sensitive, "watch": finding.bars.watch},
    }


def shadow_data(shadow: Opinion) -> dict[str, Any]:
    """Returns what the model on trial would have said."""
    guess = shadow.guess
    certainty = shadow.thresholds.of(guess.topic, guess.worth, guess.terse)
    return {"model": shadow.model, "topic": guess.topic, "confidence": guess.worth, "certainty": certainty}


def route_data(
    route: Route,
    *,
    post_id: str | None,
    draft: Draft | None = None,
    run_id: str | None = None,
    served_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Returns where the contact goes, as `RouteOut` describes it; `draft` is what would be posted.

    `joined` is kept for the next decision about its place, `served_by` for the count of what helped.
    """
    incident = route.incident
    return {
        "outcome": route.outcome,
        "rung": route.rung,
        "reasons": list(route.reasons),
        "queue": route.queue.name if route.queue else None,
        "answer": article_data(route.article, route.confidence) if route.article else None,
        **({"workflow": workflow_data(route.run, run_id)} if route.run else {}),
        "incident": incident_data(incident, route.message) if incident else None,
        "post": {"id": post_id} if post_id else None,
        "ask": ask_data(route, route.ask, draft) if route.ask and draft else None,
        "reply_by": moment(by) if (by := route.due_at or route.limit_at) else None,
        **({"service_level": route.interim.data()} if route.interim else {}),
        "opens_at": moment(route.opens_at) if route.opens_at else None,
        "joined": route.joined.data() if route.joined else None,
        "at_limit": "next" if route.ask else route.at_limit if route.limit_at or incident else None,
        "expected_wait_s": wait_data(route.expected_wait),
        "callback_offered": route.callback_offered,
        "overflow_from": route.overflow_from,
        "instead_of": route.instead_of,
        "message": route.message,
        "emergency": route.emergency,
        "notice": route.notice,
        **({"served_by": dict(served_by)} if served_by else {}),
        **(of_answered_posts(route) if route.answered or route.similar or route.again else {}),
    }


def of_answered_posts(route: Route) -> dict[str, Any]:
    """Returns what of a route comes from answered posts; `again` is kept for the next decision about its rung."""
    post, again = route.answered, {"again": True} if route.again else {}
    if post is None:
        return {**({} if route.ask else {"similar": similar_data(route.similar)}), **again}
    shown = {"title": post.title, "body": post.reply, "confidence": post.confidence, **BY_A_MACHINE}
    return {"answer": {"kind": AnswerKind.POST, "post": post.id, **shown}, **again}


def similar_data(posts: Sequence[AnsweredPost]) -> list[dict[str, Any]]:
    """Returns answered posts as `SimilarPostOut` describes them, each reply with its beginning."""
    return [{"post": one.id, "title": one.title, "reply": one.reply[:LONGEST_REPLY]} for one in posts]


def workflow_data(run: PlannedRun, run_id: str | None) -> dict[str, Any]:
    """Returns the workflow that serves and its run, as `WorkflowServesOut` describes it."""
    state = RunState.WAITING_INPUT if run.missing else RunState.PENDING
    return {"name": run.spec.name, "title": run.spec.title, "run": run_id, "state": state, "message": None}


def article_data(choice: ArticleChoice, confidence: float | None) -> dict[str, Any]:
    """Returns the article that answers, as `AnswerOut` describes it."""
    article = choice.article
    return {
        "article": article.name,
        "title": article.title,
        "body": article.body,
        "language": article.language,
        "version": choice.version,
        "source": article.source,
        "confidence": confidence,
        **BY_A_MACHINE,
    }


def ask_data(route: Route, ask: Ask, draft: Draft) -> dict[str, Any]:
    """Returns what the customer is asked, as `AskOut` describes it; `then` is kept for the post."""
    then = {
        "s": ask.then_s,
        "until": ask.then_until.isoformat() if ask.then_until else None,
        "at_limit": route.at_limit,
    }
    shown = {"title": draft.title, "body": draft.body}
    similar = {"similar": similar_data(route.similar)} if route.similar else {}
    return {"kind": AskKind.POST_PUBLICLY, "draft": shown, "until": moment(ask.until), "then": then, **similar}


def incident_data(incident: OpenIncident, status: str | None) -> dict[str, Any]:
    """Returns the incident that answers, as `IncidentAnswerOut` describes it."""
    expected = incident.expected_fix_at
    return {
        "id": incident.id,
        "title": incident.title,
        "status": status,
        "expected_fix_at": moment(expected) if expected else None,
        **BY_A_MACHINE,
    }


def wait_data(wait: ExpectedWait | None) -> dict[str, float] | None:
    """Returns an expected wait as `ExpectedWaitOut` describes it, to a tenth of a second."""
    return {"low": round(wait.low_s, 1), "high": round(wait.high_s, 1)} if wait else None
