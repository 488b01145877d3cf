"""Incidents: something is broken for many. People declare them, and open ones answer the contacts they match."""

from typing import Annotated

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited, incident_facts
from mci_router.api.contact_seen import contact_seen
from mci_router.api.merge_patch import patched
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.incidents import (
    Declaration,
    FixIn,
    IncidentIn,
    IncidentOut,
    IncidentPage,
    IncidentPatch,
    IncidentSpec,
    IncidentWithCounts,
    UpdateIn,
)
from mci_router.api.versions import ETAGGED, IfMatch, tag
from mci_router.incidents import store
from mci_router.incidents.counting import counted
from mci_router.lifecycle.publicity.sharing import must_reveal_nothing
from mci_router.models import Incident
from mci_router.vocabulary import IncidentSource, IncidentState

router = Router(prefix="/v1/incidents", tags=["incidents"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.INCIDENTS_READ)]
Writer = Annotated[Caller, needs(Scope.INCIDENTS_WRITE)]


@router.get("", summary="List incidents", responses=PAGED)
async def list_incidents(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: IncidentState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> IncidentPage:
    """Lists incidents, newest first."""
    async with parts.database.reading() as session:
        found = await store.incidents(session, caller.workspace_id, state=state, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return IncidentPage(items=[IncidentOut.model_validate(item) for item in items], next_cursor=following)


@router.post("", status_code=201, summary="Make an incident", responses={201: ETAGGED[200]})
async def post_incident(body: IncidentIn, caller: Writer, parts: Service, response: Response) -> IncidentOut:
    """Proposes an incident, or opens it with `declare`.

    An open incident answers the contacts that match it, and subscribes them to its updates.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        made = await store.make(session, snapshot, _draft(body), IncidentSource.OPERATOR)
        if body.declare:
            await store.declare(session, snapshot, made)
        await audited(session, caller, "incident.created", made.id, after=incident_facts(made))
    return await _changed(parts, made, response)


@router.get("/{incident_id}", summary="Read an incident", responses=ETAGGED)
async def get_incident(
    incident_id: Reference, caller: Reader, parts: Service, response: Response
) -> IncidentWithCounts:
    """Returns the incident, its updates, and how many contacts and minutes of agents it has spared, from the ledger."""
    async with parts.database.reading() as session:
        incident = await store.incident(session, caller.workspace_id, incident_id)
        counts = await counted(session, incident)
        updates = await store.updates(session, incident.id)
    tag(response, incident.version)
    shown = IncidentOut.model_validate(incident).model_dump()
    figures = {name: getattr(counts, name) for name in counts.__dataclass_fields__}
    return IncidentWithCounts.model_validate({**shown, **figures, "updates": updates})


@router.patch("/{incident_id}", summary="Change an incident", responses=ETAGGED)
async def patch_incident(
    incident_id: Reference,
    body: IncidentPatch,
    caller: Writer,
    parts: Service,
    response: Response,
    precondition: IfMatch,
) -> IncidentOut:
    """Changes what the JSON Merge Patch (RFC 7396) names: which contacts match from now on, and how they are answered.

    Subscribers get no message of it: send one by `updates`.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        incident = await store.incident(session, caller.workspace_id, incident_id, lock=True)
        before = incident_facts(incident)
        now = IncidentSpec.model_validate({name: getattr(incident, name) for name in store.PATCHED})
        wanted = _draft(patched(IncidentSpec, now.model_dump(mode="json"), body))
        await store.change(session, snapshot, incident, wanted, precondition=precondition)
        await audited(session, caller, "incident.updated", incident.id, before=before, after=incident_facts(incident))
    return await _changed(parts, incident, response)


@router.post("/{incident_id}/declare", summary="Declare an incident", responses=ETAGGED)
async def declare_incident(
    incident_id: Reference, caller: Writer, parts: Service, response: Response, body: Declaration | None = None
) -> IncidentOut:
    """Opens a proposed incident, changed by what the body says. It needs a `status`, the text for customers."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        incident = await store.incident(session, caller.workspace_id, incident_id, lock=True)
        before = incident_facts(incident)
        for name, value in (body.model_dump(exclude_none=True) if body else {}).items():
            setattr(incident, name, value)
        await store.declare(session, snapshot, incident)
        await audited(session, caller, "incident.declared", incident.id, before=before, after=incident_facts(incident))
    return await _changed(parts, incident, response)


@router.post("/{incident_id}/updates", summary="Inform the subscribers of an incident", responses=ETAGGED)
async def post_incident_update(
    incident_id: Reference, body: UpdateIn, caller: Writer, parts: Service, response: Response
) -> IncidentOut:
    """Sends every subscriber this status once, over the channel of the contact; it answers contacts from now on.

    With `from_contact` it is what one customer was answered, and must reveal nothing of that customer.
    """
    if body.from_contact:
        await contact_seen(parts, caller, body.from_contact)
        snapshot = await parts.snapshots.get(caller.workspace_id)
        await must_reveal_nothing(parts.database, snapshot, body.from_contact, *body.status.values())
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        incident = await store.incident(session, caller.workspace_id, incident_id, lock=True)
        before = incident_facts(incident)
        await store.update(session, incident, body.status, expected_fix_at=body.expected_fix_at)
        await audited(
            session, caller, "incident.status_updated", incident.id, before=before, after=incident_facts(incident)
        )
    return await _changed(parts, incident, response)


@router.post("/{incident_id}/fix", summary="Say that an incident is fixed", responses=ETAGGED)
async def fix_incident(
    incident_id: Reference, caller: Writer, parts: Service, response: Response, body: FixIn | None = None
) -> IncidentOut:
    """Fixes the incident: it stops answering contacts, and every subscriber gets the news once.

    A contact is resolved unless its customer says `still_broken` in time.
    """
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        incident = await store.incident(session, caller.workspace_id, incident_id, lock=True)
        before = incident_facts(incident)
        await store.fix(session, incident, body.status if body else {})
        await audited(session, caller, "incident.fixed", incident.id, before=before, after=incident_facts(incident))
    return await _changed(parts, incident, response)


@router.post("/{incident_id}/dismiss", summary="Dismiss a proposed incident", responses=ETAGGED)
async def dismiss_incident(incident_id: Reference, caller: Writer, parts: Service, response: Response) -> IncidentOut:
    """Dismisses a proposed incident. For an hour, a surge of its topic proposes no other."""
    async with parts.database.transaction() as session:
        await store.lock_workspace(session, caller.workspace_id)
        incident = await store.incident(session, caller.workspace_id, incident_id, lock=True)
        before = incident_facts(incident)
        await store.dismiss(session, incident)
        await audited(session, caller, "incident.dismissed", incident.id, before=before, after=incident_facts(incident))
    return await _changed(parts, incident, response)


async def _changed(parts: Parts, incident: Incident, response: Response) -> IncidentOut:
    """Makes this process decide by the changed incident, and returns it."""
    await parts.incidents.changed(await parts.snapshots.get(incident.workspace_id))
    tag(response, incident.version)
    return IncidentOut.model_validate(incident)


def _draft(spec: IncidentSpec) -> store.IncidentDraft:
    return store.IncidentDraft(**{name: getattr(spec, name) for name in store.PATCHED})
