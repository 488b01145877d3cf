"""A workflow: automation has an act of the company's own systems done, before it answers with an article."""

from dataclasses import replace

from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, served_by
from mci_router.routing.policy.routes import Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.bars import below
from mci_router.vocabulary import ServedBy
from mci_router.workflows.creating import Concerns, new_run


def workflow_hindrance(contact: Servable) -> str | None:
    """Returns why no workflow of its topic can serve a contact; None if one can."""
    if contact.workflow.planned is None:
        return "; ".join(contact.workflow.hindrances) or "no workflow is for this topic"
    return below(contact.bars.automation, contact.confidence, "a workflow")


def workflow_route(asked: Asked, route: Route) -> Route:
    """Returns the route with the run that serves; unchanged if there is none. Says which workflows were passed over."""
    choice = asked.workflow
    said = (*route.reasons, *choice.hindrances)
    if choice.planned is None:
        return replace(route, reasons=said)
    spec, missing = choice.planned.spec, choice.planned.missing
    asks = f", once the customer has said {', '.join(missing)}" if missing else ""
    return replace(
        route, reasons=(*said, f"the workflow {spec.name} ({spec.title}) serves it{asks}"), run=choice.planned
    )


def begin_run(contact: Contact, route: Route) -> Entered:
    """Makes the run that serves a contact, in the caller's transaction."""
    if route.run is None:
        return Entered()
    concerns = Concerns(contact.workspace_id, contact.id, contact.customer_id, route.rung)
    asking = route.run.missing[0] if route.run.missing else None
    run = new_run(concerns, route.run.spec, route.run.given, asking=asking)
    served = {**served_by(ServedBy.WORKFLOW, run.workflow), "run": run.id}
    return Entered([run], run_id=run.id, served_by=served)
