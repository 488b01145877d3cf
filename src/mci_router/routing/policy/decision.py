"""A contact's decision: where routing sends it, and why. Pure: the same code decides for real and for a dry run."""

from collections.abc import Sequence
from datetime import datetime

from mci_router.classifier.thresholds import Certainty
from mci_router.routing.policy.incidents import OpenIncident, match
from mci_router.routing.policy.ladders import choose_rung
from mci_router.routing.policy.routes import Facts, Route
from mci_router.routing.policy.serving import Asked, Outcomes, Servable
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactKind


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
    servable = Servable(
        facts.channel,
        sensitive=matter.sensitive,
        machine=matter.kind is not ContactKind.CUSTOMER,
        wants_person=matter.wants_person,
        answerable=bool(snapshot.valid_answers(matter.topic, now, facts.readers)),
        publishable=facts.publishable,
        confidence=matter.confidence,
        bars=snapshot.bars,
    )
    choice = choose_rung(snapshot.ladders[matter.cell], servable, outcomes, after=after)
    return outcomes[choice.rung.outcome].serve(Asked(snapshot, matter, facts, choice, now, after))
