"""Escalations for which somebody is paged: listed, read, and confirmed by the person. The matrix is configuration."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import noted
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.escalations import AcknowledgementIn, EscalationPageOut, EscalationPages, PersonOut
from mci_router.models import Escalation
from mci_router.vocabulary import PageState

router = Router(prefix="/v1", tags=["contacts"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.get("/escalation-pages", summary="List escalations for which somebody is paged", responses=PAGED)
async def list_escalation_pages(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: PageState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EscalationPages:
    """Lists them, newest first: `state=unacknowledged` are those that nobody has confirmed."""
    found = await parts.escalations.newest(
        caller.workspace_id, state=state, sensitive=sees_sensitive(caller), after=cursor, limit=limit + 1
    )
    items, following = paged(request, response, found, limit)
    return EscalationPages(items=[_shown(caller, item) for item in items], next_cursor=following)


@router.get("/escalation-pages/{escalation_id}", summary="Read an escalation for which somebody is paged")
async def get_escalation_page(escalation_id: Reference, caller: Reader, parts: Service) -> EscalationPageOut:
    """Returns who was paged, who follows, and whether somebody has confirmed."""
    found = await parts.escalations.read(caller.workspace_id, escalation_id, sensitive=sees_sensitive(caller))
    return _shown(caller, found)


@router.post("/escalations/{escalation_id}/acknowledge", summary="Confirm a page")
async def post_acknowledge(
    escalation_id: Reference, body: AcknowledgementIn, caller: Writer, parts: Service
) -> EscalationPageOut:
    """Takes the word of the person who was paged: nobody else is. Idempotent, and possible after the alarm, too.

    `id` is the `escalation` of the event `escalation.page`.
    """
    note = noted(caller, "escalation.acknowledged", escalation_id, None)
    return _shown(caller, await parts.escalations.acknowledge(caller.workspace_id, escalation_id, body.person, note))


def _shown(caller: Caller, escalation: Escalation) -> EscalationPageOut:
    people = [_person(caller, one) for one in escalation.people]
    following = people[escalation.asked + 1 :] if escalation.state is PageState.PAGING else []
    columns = {name: getattr(escalation, name) for name in EscalationPageOut.model_fields if hasattr(escalation, name)}
    return EscalationPageOut.model_validate(
        {**columns, "paged": people[: escalation.asked + 1], "next": following[0] if following else None}
    )


def _person(caller: Caller, person: Mapping[str, Any]) -> PersonOut:
    """Returns a person as the caller may see it: an address is configuration."""
    return PersonOut(**(person if caller.may(Scope.CONFIGURATION_READ) else {"name": person["name"]}))
