"""Configuration by resource: the same specifications, checks and effects as `mci-router apply`.

The routes of all `specs.KINDS` are alike, and made here; what only one kind has is in a file of its own.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Body, Query, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.api import adapter_rules, workflow_rules
from mci_router.api.auditing import audited, configured
from mci_router.api.merge_patch import patched
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES, invalid
from mci_router.api.resource_bodies import (
    ResourceOut,
    ResourcePage,
    body_of,
    page_of,
    patch_of,
    refuse_another_name,
    shown_of,
)
from mci_router.api.router import Router, completed_by
from mci_router.api.schemas.common import Reference
from mci_router.api.versions import ETAGGED, IfMatch, IfMatchOrNone, tag
from mci_router.configuration import store
from mci_router.configuration.skills import remove_skill
from mci_router.configuration.training_bounds import Bounds
from mci_router.errors import InUse
from mci_router.knowledge.versions import Author
from mci_router.models import Resource
from mci_router.models.precondition import Precondition
from mci_router.routing.calls import Status
from mci_router.routing.policy.unservable import Unservable, unservable
from mci_router.specs.base import Name, Spec
from mci_router.specs.kinds import KINDS
from mci_router.workflows import secrets

SKILL = "skill"
WARNING = "MCI-Warning"
MOST_WARNINGS = 5  # in a header
WARNED: dict[str, Any] = {
    WARNING: {
        "description": "Applied, but no agent on the books can serve the queues and topics it names, and why.",
        "schema": {"type": "string"},
    }
}
WRITTEN: dict[int | str, dict[str, Any]] = {200: {"headers": {**ETAGGED[200]["headers"], **WARNED}}}
"""The answer of a route that writes a resource."""

CHECKS: Mapping[str, Callable[[Parts, Caller, Any], Awaitable[None]]] = {
    "adapter": adapter_rules.check,
    "workflow": workflow_rules.check,
}
"""By kind: what a key may not write although the specification is right."""

LEAVING: Mapping[str, Callable[[AsyncSession, str, str], Awaitable[None]]] = {
    "adapter": adapter_rules.leave,
    "workflow": secrets.leave,
}
"""By kind: what goes with one that is deleted, and what keeps it from being deleted."""

ReplaceBy = Annotated[
    Name | None, Query(description="The skill that open contacts ask for instead, as little of it as they asked for.")
]
Reader = Annotated[Caller, needs(Scope.CONFIGURATION_READ)]
Writer = Annotated[Caller, needs(Scope.CONFIGURATION_WRITE)]


def resource_router(kind: str) -> Router:
    """Returns the routes that list, read, put, patch and delete one kind of resource."""
    plural, spec = KINDS[kind].plural, KINDS[kind].spec

    def name_bodies() -> None:
        get_resource.__annotations__["return"] = shown_of(kind)
        for one, body in ((put_resource, body_of(kind)), (patch_resource, patch_of(kind))):
            one.__annotations__ |= {"body": Annotated[body, Body()], "return": shown_of(kind)}
        list_resources.__annotations__["return"] = page_of(kind)

    late = completed_by(name_bodies)  # the bodies of all kinds would be a twelfth of all that a start makes
    router = Router(prefix=f"/v1/{plural}", tags=["configuration"], responses=RESPONSES, route_class=late)

    @router.get("", summary=f"List {plural}", operation_id=f"list_{plural}")
    async def list_resources(caller: Reader, parts: Service) -> ResourcePage:
        """Lists all of them, by name."""
        async with parts.database.reading() as session:
            rows = await store.resources(session, caller.workspace_id, kind)
        return page_of(kind)(items=[_view(shown_of(kind), row) for row in rows])

    @router.get(
        "/{reference}",
        summary=f"Read one of the {plural}, by name or id",
        operation_id=f"get_{kind}",
        responses=ETAGGED,
    )
    async def get_resource(reference: Reference, caller: Reader, parts: Service, response: Response) -> ResourceOut:
        """Returns its configuration as it is now."""
        return await read(parts, caller, kind, shown_of(kind), reference, response)

    @router.put(
        "/{reference}",
        summary=f"Create or replace one of the {plural}",
        operation_id=f"put_{kind}",
        responses=WRITTEN,
    )
    async def put_resource(
        reference: Reference,
        body: Spec,
        caller: Writer,
        parts: Service,
        response: Response,
        precondition: IfMatchOrNone,
    ) -> ResourceOut:
        """Creates or replaces it; what the body leaves out gets its default.

        It applies at once, or is refused with all faults.
        """
        async with parts.database.reading() as session:
            name = await store.name_of(session, caller.workspace_id, kind, reference)
        given = body.model_dump(mode="json")
        refuse_another_name(given["name"], name)
        wanted = valid(spec, {**given, "name": name})
        await write(parts, caller, kind, wanted, precondition, response)
        return await read(parts, caller, kind, shown_of(kind), name, response)

    @router.patch(
        "/{reference}",
        summary=f"Change one of the {plural}",
        operation_id=f"patch_{kind}",
        responses=WRITTEN,
    )
    async def patch_resource(
        reference: Reference, body: BaseModel, caller: Writer, parts: Service, response: Response, precondition: IfMatch
    ) -> ResourceOut:
        """Changes what the JSON Merge Patch (RFC 7396) names.

        It applies at once, or is refused with all faults.
        """
        async with parts.database.reading() as session:
            row = await store.resource(session, caller.workspace_id, kind, reference)
        precondition.check(row.version)
        refuse_another_name(body.model_dump(include={"name"})["name"], row.name)
        wanted = patched(spec, row.spec, body, name=row.name)
        await write(parts, caller, kind, wanted, Precondition(frozenset({row.version})), response)
        return await read(parts, caller, kind, shown_of(kind), row.name, response)

    if kind == SKILL:
        _add_skill_deletion(router)
    else:
        _add_deletion(router, kind)
    return router


def _add_deletion(router: Router, kind: str) -> None:
    @router.delete(
        "/{reference}",
        status_code=204,
        summary=f"Delete one of the {KINDS[kind].plural}",
        operation_id=f"delete_{kind}",
        responses={204: {"headers": WARNED}},
    )
    async def delete_resource(
        reference: Reference, caller: Writer, parts: Service, response: Response, precondition: IfMatch
    ) -> None:
        """Deletes it, unless another resource refers to it."""
        before = await _unservable(parts, caller.workspace_id)
        async with parts.database.transaction() as session:
            row = await store.resource(session, caller.workspace_id, kind, reference)
            await store.remove(session, caller.workspace_id, kind, row.name, precondition=precondition)
            await audited(session, caller, f"{kind}.deleted", row.name, before=row.spec)
            if kind in LEAVING:
                await LEAVING[kind](session, caller.workspace_id, row.name)
            await _leave_live_state(parts, caller.workspace_id, kind, row.name)
        await _follow(parts, caller.workspace_id)
        _warn(response, [one for one in await _unservable(parts, caller.workspace_id) if one not in before])


def _add_skill_deletion(router: Router) -> None:
    @router.delete("/{reference}", status_code=204, summary="Delete one of the skills", operation_id="delete_skill")
    async def delete_skill(
        reference: Reference, caller: Writer, parts: Service, precondition: IfMatch, replace_by: ReplaceBy = None
    ) -> None:
        """Deletes it, unless another resource refers to it, or an open contact asks for it.

        With `replace_by` such contacts ask for the other skill from then on, wherever they wait.
        """
        async with parts.database.transaction() as session:
            row = await store.resource(session, caller.workspace_id, SKILL, reference)
            await remove_skill(session, caller.workspace_id, row.name, replace_by, precondition=precondition)
            after = {"replaced_by": replace_by} if replace_by else None
            await audited(session, caller, "skill.deleted", row.name, before=None if after else row.spec, after=after)
        await _follow(parts, caller.workspace_id)


def valid(spec: type[Spec], wanted: dict[str, Any]) -> Spec:
    """Returns the specification of what is wanted. Raises InvalidRequest."""
    try:
        return spec.model_validate(wanted)
    except ValidationError as error:
        raise invalid(error.errors()) from error


async def read(
    parts: Parts, caller: Caller, kind: str, shown: type[ResourceOut], reference: str, response: Response
) -> ResourceOut:
    """Returns a resource as it is now, with its `ETag`. Raises NotFound."""
    async with parts.database.reading() as session:
        row = await store.resource(session, caller.workspace_id, kind, reference)
    tag(response, row.version)
    return _view(shown, row)


async def write(
    parts: Parts,
    caller: Caller,
    kind: str,
    spec: Spec,
    precondition: Precondition,
    response: Response,
    author: Author | None = None,
) -> None:
    """Writes a resource, and has everything follow it; `author` is the caller unless given. Raises as `store.put`."""
    if kind in CHECKS:
        await CHECKS[kind](parts, caller, spec)
    before = await _unservable(parts, caller.workspace_id)
    async with parts.database.transaction() as session:
        changes = await store.put(
            session,
            caller.workspace_id,
            {kind: [spec]},
            precondition=precondition,
            bounds=Bounds.of(parts.settings),
            author=author or Author(caller.name),
        )
        await configured(session, caller, changes)
    await _follow(parts, caller.workspace_id)
    written = (kind, changes[0].name)
    after = await _unservable(parts, caller.workspace_id)
    _warn(response, [one for one in after if one not in before or (one.kind, one.name) == written])


async def _follow(parts: Parts, workspace: str) -> None:
    """Has the live state, and those who wait already, follow a change before anybody comes by it."""
    await parts.snapshots.changed(workspace)
    await parts.replanning.follow(workspace)


async def _unservable(parts: Parts, workspace: str) -> list[Unservable]:
    snapshot = await parts.snapshots.get(workspace)
    return unservable(snapshot.queues, snapshot.topics.values(), snapshot.staffing)


def _warn(response: Response, warnings: Sequence[Unservable]) -> None:
    if warnings:
        more = f"; and {len(warnings) - MOST_WARNINGS} more" if len(warnings) > MOST_WARNINGS else ""
        response.headers[WARNING] = "; ".join(map(str, warnings[:MOST_WARNINGS])) + more


async def _leave_live_state(parts: Parts, workspace: str, kind: str, name: str) -> None:
    """Removes an agent or a queue from the live state.

    Raises InUse while the agent serves a contact, or a contact waits in the queue; the ledger then keeps the resource.
    """
    remove = {"agent": parts.engine.remove_agent, "queue": parts.engine.remove_queue}.get(kind)
    if remove and await remove(workspace, name) is Status.BUSY:
        raise InUse(
            f"The {kind} {name!r} has contacts. Let them end, or move them, first; a suspended agent gets nothing new.",
            used_by=["open contacts"],
        )


def _view(shown: type[ResourceOut], row: Resource) -> ResourceOut:
    stamps = {"id": row.id, "version": row.version, "created_at": row.created_at, "updated_at": row.updated_at}
    return shown.model_validate({**stamps, **row.spec})


router = Router()
for _kind in KINDS:
    router.routes.extend(resource_router(_kind).routes)
