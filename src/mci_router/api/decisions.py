"""Dry runs of decisions: where a contact would go, and why."""

from typing import Annotated

from fastapi import APIRouter

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import knows_customers
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.decisions import DryRunOut

router = APIRouter(prefix="/v1/decisions", tags=["contacts"], responses=RESPONSES)

Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.post("", summary="Try out a decision")
async def post_decision(body: ContactIn, caller: Writer, parts: Service) -> DryRunOut:
    """Says where this contact would go, and why, by the same code that decides about contacts. It keeps and counts
    nothing.

    What is known of the customer counts only for a key with `contacts:read` and `contacts:sensitive`. For any other key
    the customer is a new one, with the `attributes` that the body has.
    """
    caller.asserts(body.customer.trust)
    async with parts.heavy.taken(caller.workspace_id):
        arrival = await parts.reception.receive(caller.workspace_id, body.model_dump(mode="json"), None, caller.trust)
        if not knows_customers(caller):
            arrival = arrival.of_somebody_new()
        answer = await parts.dry_run.decide(arrival)
    decided = {name: answer[name] for name in ("state", "kind", "triage")} | {
        "route": {**answer["route"], "post": None}
    }
    return DryRunOut.model_validate({**decided, "language": arrival.language, "masked_kinds": arrival.masked})
