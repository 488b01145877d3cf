"""Deciding about an arrival whose customer is known: what it is, and where it goes. Pure."""

from mci_router.intake.arrival import Arrival, Decided, IdentifiedCustomer
from mci_router.intake.cases import Threaded
from mci_router.intake.opt_outs import Addressed
from mci_router.intake.tasks import task_route, triage_of_task
from mci_router.outcomes import OUTCOMES
from mci_router.outcomes.incident import incident_route
from mci_router.routing.policy.decision import answering_incident, choose_route
from mci_router.routing.policy.routes import Route
from mci_router.routing.policy.unserved import route_of_kind
from mci_router.triage.decision import returned
from mci_router.triage.finding import find
from mci_router.triage.result import Triage


def triage_of(arrival: Arrival, who: IdentifiedCustomer) -> Triage:
    """Returns what a contact is."""
    triage = find(
        arrival.snapshot,
        arrival.seen,
        named=arrival.named,
        measured=arrival.measured,
        customer=who.attributes(arrival.customer),
        recognised=arrival.recognised,
    )
    return triage_of_task(triage, arrival.task) if arrival.task else triage


def decide(arrival: Arrival, who: IdentifiedCustomer, case: Threaded, triage: Triage, addressed: Addressed) -> Decided:
    """Returns a contact with its route. If its case was open before, the customer came back, and the touch rises."""
    triage = returned(triage) if case.came_back else triage
    route = _route(arrival, who, triage, addressed)
    return Decided(arrival, who, case.case_id, case.reference, triage, route, case.number, case.previous)


def _route(arrival: Arrival, who: IdentifiedCustomer, triage: Triage, addressed: Addressed) -> Route:
    snapshot, now, facts = (
        arrival.snapshot,
        arrival.received_at,
        arrival.facts(who.attributes(arrival.customer), who.trust),
    )
    if arrival.task and arrival.task.queue:
        return task_route(arrival, arrival.task, triage, facts)
    has_address, opted_out = addressed.has(arrival.id), addressed.opted_out_at(arrival.id) is not None
    facts = facts.in_private() if triage.private_by else facts
    of_kind = route_of_kind(
        snapshot, triage, arrival.recognised, facts, addressed=has_address, opted_out=opted_out, now=now
    )
    if of_kind:
        return of_kind
    if arrival.incidents and (incident := answering_incident(arrival.incidents, triage, facts)):
        return incident_route(snapshot, incident, facts)
    return choose_route(snapshot, triage.matter, facts, OUTCOMES, now=now)
