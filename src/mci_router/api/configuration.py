"""Configuration by resource: the same specifications, checks and effects as `mci-router apply`.

The routes of every kind of resource are alike, so they are made by one function; a resource's own file adds what only it has.
"""

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Body, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES, describe
from mci_router.api.schemas.common import Moment, Reference
from mci_router.configuration import store
from mci_router.errors import InUse, InvalidRequest
from mci_router.models import Resource
from mci_router.routing.calls import Status
from mci_router.specs import KINDS, Spec
from mci_router.storable import storable

Reader = Annotated[Caller, needs(Scope.CONFIGURATION_READ)]
Writer = Annotated[Caller, needs(Scope.CONFIGURATION_WRITE)]
IfMatch = Annotated[str | None, Header(alias="If-Match", pattern=r'^"\d+"$', description="The `ETag` you read.")]
MergePatch: TypeAlias = dict[str, Any]


def resource_router(kind: str) -> APIRouter:
    """List, read, put, patch and delete for one kind of resource."""
    plural, spec = KINDS[kind]
    shown, body_model = _shown(kind, spec), _body(kind, spec)
    page = _page(kind, shown)
    router = APIRouter(prefix=f"/v1/{plural}", tags=["configuration"], responses=RESPONSES)

    @router.get("", response_model=page, summary=f"List {plural}", operation_id=f"list_{plural}")
    async def list_resources(caller: Reader, parts: Service) -> Any:
        async with parts.database.transaction() as session:
            return {"items": [_view(row) for row in await store.resources(session, caller.workspace_id, kind)]}

    @router.get("/{reference}", response_model=shown, summary=f"Read one of the {plural}, by name or id", operation_id=f"get_{kind}")
    async def get_resource(reference: Reference, caller: Reader, parts: Service, response: Response) -> Any:
        return await _read(parts, caller, kind, reference, response)

    @router.put("/{name}", response_model=shown, summary=f"Create or replace one of the {plural}", operation_id=f"put_{kind}")
    async def put_resource(
        name: Annotated[str, Path(max_length=100, description="The name; what names may be is said in the body's schema.")],
        body: Annotated[Any, Body()],
        caller: Writer,
        parts: Service,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        async with parts.database.transaction() as session:
            name = await store.name_of(session, caller.workspace_id, kind, storable(name))
        return await _write(parts, caller, kind, spec, {**body.model_dump(mode="json"), "name": name}, response, if_match)

    @router.patch("/{reference}", response_model=shown, summary=f"Change one of the {plural}", operation_id=f"patch_{kind}")
    async def patch_resource(
        reference: Reference,
        body: Annotated[MergePatch, Body(description="JSON Merge Patch (RFC 7396).")],
        caller: Writer,
        parts: Service,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        async with parts.database.transaction() as session:
            row = await store.resource(session, caller.workspace_id, kind, reference)
        wanted = {**merged(row.spec, body), "name": row.name}
        return await _write(parts, caller, kind, spec, wanted, response, if_match or f'"{row.version}"')

    @router.delete("/{reference}", status_code=204, summary=f"Delete one of the {plural}", operation_id=f"delete_{kind}")
    async def delete_resource(reference: Reference, caller: Writer, parts: Service, if_match: IfMatch = None) -> None:
        async with parts.database.transaction() as session:
            row = await store.resource(session, caller.workspace_id, kind, reference)
            await store.remove(session, caller.workspace_id, kind, row.name, if_version=version_of(if_match))
            await _leave_live_state(parts, caller.workspace_id, kind, row.name)
        await parts.snapshots.changed(caller.workspace_id)

    put_resource.__annotations__["body"] = body_model
    return router


def merged(target: Any, patch: Any) -> Any:
    """JSON Merge Patch: null removes a member, objects merge, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


async def _read(parts: Parts, caller: Caller, kind: str, reference: str, response: Response) -> dict[str, Any]:
    async with parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, kind, reference)
    response.headers["ETag"] = f'"{row.version}"'
    return _view(row)


async def _write(
    parts: Parts, caller: Caller, kind: str, spec: type[Spec], wanted: dict[str, Any], response: Response, if_match: str | None
) -> dict[str, Any]:
    try:
        valid = spec.model_validate(wanted)
    except ValidationError as error:
        raise InvalidRequest(errors=describe(error.errors())) from error
    async with parts.database.transaction() as session:
        await store.put(session, caller.workspace_id, {kind: [valid]}, if_version=version_of(if_match))
    await parts.snapshots.changed(caller.workspace_id)
    return await _read(parts, caller, kind, wanted["name"], response)


def version_of(if_match: str | None) -> int | None:
    return int(if_match.strip('"')) if if_match else None


async def _leave_live_state(parts: Parts, workspace: str, kind: str, name: str) -> None:
    """Raises InUse while an agent serves a contact or a contact waits in the queue; the ledger then keeps the resource."""
    remove = {"agent": parts.engine.remove_agent, "queue": parts.engine.remove_queue}.get(kind)
    if remove and await remove(workspace, name) is Status.BUSY:
        raise InUse(f"The {kind} {name!r} has contacts. Let them end, or move them, first.", used_by=["open contacts"])


def _view(row: Resource) -> dict[str, Any]:
    return {"id": row.id, "version": row.version, "created_at": row.created_at, "updated_at": row.updated_at, **row.spec}


def _shown(kind: str, spec: type[Spec]) -> type[BaseModel]:
    extra: dict[str, Any] = {
        "id": (str, ...),
        "version": (int, Field(description="Rises with every change; the `ETag`.")),
        "created_at": (Moment, ...),
        "updated_at": (Moment, ...),
    }
    return create_model(f"{kind.capitalize()}Out", __base__=spec, __doc__=spec.__doc__, **extra)


def _page(kind: str, shown: type[BaseModel]) -> type[BaseModel]:
    items: dict[str, Any] = {"items": (list[shown], ...)}  # type: ignore[valid-type]
    return create_model(f"{kind.capitalize()}Page", __doc__=f"All of the {KINDS[kind][0]}, by name.", **items)


def _body(kind: str, spec: type[Spec]) -> type[BaseModel]:
    """The specification without its name, which stands in the path; a name in the body is ignored."""
    name: dict[str, Any] = {"name": (str | None, Field(default=None, description="Stands in the path; ignored here."))}
    model = create_model(f"{kind.capitalize()}In", __base__=spec, __doc__=spec.__doc__, **name)
    model.model_config = ConfigDict(extra="forbid")
    return model
