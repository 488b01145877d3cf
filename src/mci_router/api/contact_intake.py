"""Contacts as adapters post them: the hot route."""

from dataclasses import replace
from typing import Annotated

from fastapi import Header

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import posted
from mci_router.api.lean import LONGEST_KEY, lean
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.contacts import ContactDecided, ContactIn
from mci_router.conversations.channel_ways import refuse_what_the_adapter_does_not_bring
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Arrival
from mci_router.vocabulary import ContactKind, Outcome

router = Router(
    prefix="/v1/contacts",
    tags=["contacts"],
    responses=RESPONSES,
    route_class=lean(ContactIn, Scope.CONTACTS_WRITE),
)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        description="Your own key for this contact: a second request with it gets the same answer.",
    ),
]


@router.post("", status_code=201, summary="Take in a contact")
async def post_contact(
    body: ContactIn,
    caller: Annotated[Caller, needs(Scope.CONTACTS_WRITE)],
    parts: Service,
    idempotency_key: IdempotencyKey = None,
) -> ContactDecided:
    """Accepts a contact, decides where it goes, and answers at once where automation can.

    201 means that the contact is committed: it is not lost. With the `channel_ref` of a contact of the same customer
    that is open still, it becomes a message of that one: `joined` says so, and the ids are that contact's.
    """
    answer = await taken_in(parts, caller, body, idempotency_key)
    return ContactDecided.model_validate(posted(caller, answer))


async def taken_in(
    parts: Parts, caller: Caller, body: ContactIn, idempotency_key: str | None, *, answered_by: str | None = None
) -> Answer:
    """Takes a contact in, and returns its answer: the one door, for adapters as for the help portal.

    What comes by no adapter may name one by which it is `answered_by`.
    """
    caller.asserts(body.customer.trust)
    with parts.conversations.precedence.coming():
        arrival = await parts.reception.receive(
            caller.workspace_id, body.model_dump(mode="json"), idempotency_key, caller.trust
        )
    if caller.adapter:
        refuse_what_the_adapter_does_not_bring(arrival.snapshot, caller.adapter, body.channel, asks=body.can_ask)
    if adapter := caller.adapter or answered_by:
        arrival = replace(arrival, adapter=adapter)
    answer = await parts.conversations.arrive(arrival)
    counted(parts, caller, arrival, answer)
    return answer


def counted(parts: Parts, caller: Caller, arrival: Arrival, answer: Answer) -> None:
    """Counts a new contact of a customer towards its topic's volume."""
    new = answer["id"] == arrival.id and answer["kind"] == ContactKind.CUSTOMER
    if new and answer["route"]["outcome"] != Outcome.NONE:
        parts.meter.note(caller.workspace_id, answer["triage"]["topic"])
