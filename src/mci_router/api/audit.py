"""The audit trail: who has changed what, and who has moved which contact."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import AwareDatetime

from mci_router.access import audit
from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.audit import AuditActor, AuditOut, AuditPage
from mci_router.models import AuditEntry

router = Router(prefix="/v1/audit", tags=["audit"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.AUDIT_READ)]
ByActor = Annotated[
    str | None,
    Query(max_length=100, pattern=r"^[A-Za-z0-9_ -]+$", description="The `id` of the actor."),
]
OfAction = Annotated[
    str | None,
    Query(
        max_length=100,
        pattern=r"^[a-z_]+\.([a-z_]+|\*)$",
        description="What was done: an action, or all of a noun's as `queue.*`.",
    ),
]
OfTarget = Annotated[
    str | None,
    Query(max_length=100, pattern=r"^[A-Za-z0-9_]+$", description="The name or id of what was changed."),
]


@router.get("", summary="List what was done", responses=PAGED)
async def list_audit(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    actor: ByActor = None,
    action: OfAction = None,
    target: OfTarget = None,
    since: Annotated[AwareDatetime | None, Query(description="From then on. RFC 3339 with an offset.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before then. RFC 3339 with an offset.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """Lists privileged acts, newest first. Each was recorded in the transaction that did it.

    Acts on sensitive contacts are listed only for a key with `contacts:sensitive`.
    """
    wanted = audit.AuditSearch(actor, action, target, since, until)
    async with parts.database.reading() as session:
        found = await audit.entries(
            session,
            caller.workspace_id,
            wanted,
            sensitive_too=sees_sensitive(caller),
            after=cursor,
            limit=limit + 1,
        )
    items, following = paged(request, response, found, limit)
    return AuditPage(items=[_view(item) for item in items], next_cursor=following)


def _view(entry: AuditEntry) -> AuditOut:
    return AuditOut(
        id=entry.id,
        at=entry.created_at,
        actor=AuditActor(kind=entry.actor_kind, id=entry.actor_id, name=entry.actor_name),
        action=entry.action,
        target=entry.target,
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
    )
