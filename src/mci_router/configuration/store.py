"""Configuration in the ledger: reads it, and changes it as a whole or one resource at a time, for the API and for
`apply`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration import answers
from mci_router.configuration.bounds import refuse_too_many
from mci_router.configuration.catch_all import is_as_made, put_beside
from mci_router.configuration.references import Fault, check, users_of
from mci_router.configuration.training_bounds import USUAL, Amounts, Bounds
from mci_router.configuration.written import by_name, faults_of
from mci_router.errors import InUse, InvalidConfiguration, NotFound
from mci_router.ids import id_with, new_id
from mci_router.knowledge.versions import Author
from mci_router.models.precondition import ALWAYS, Precondition
from mci_router.models.resource import Resource
from mci_router.models.workspace import Workspace
from mci_router.routing.policy.unservable import Unservable, unservable
from mci_router.specs.base import Spec
from mci_router.specs.kinds import KINDS
from mci_router.specs.staffing import Staffing
from mci_router.specs.workspace import SensitivityExamples, WorkspaceSpec
from mci_router.values import value


@value
class Change:
    """What a change did to one resource, and its specification before and after."""

    action: str
    kind: str
    name: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


async def workspaces(session: AsyncSession) -> Sequence[Workspace]:
    return (await session.scalars(select(Workspace).order_by(Workspace.name))).all()


async def workspace_named(session: AsyncSession, name: str) -> Workspace | None:
    return await session.scalar(select(Workspace).where(Workspace.name == name))


async def make_workspace(session: AsyncSession, spec: WorkspaceSpec) -> tuple[Workspace, Change]:
    """Returns the workspace of that name, made or updated, and what happened to it.

    It is locked against other changes until the transaction ends.
    """
    # Two processes may make the same workspace at once; the second waits here.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"workspace {spec.name}"))))
    found = await session.scalar(select(Workspace).where(Workspace.name == spec.name).with_for_update())
    wanted = spec.model_dump(mode="json")
    if found is None:
        found = Workspace(id=new_id("workspace"), name=spec.name, spec=wanted, revision=1)
        session.add(found)
        await session.flush()
        return found, Change("created", "workspace", spec.name, after=wanted)
    if found.spec == wanted:
        return found, Change("unchanged", "workspace", spec.name)
    before, found.spec, found.revision = found.spec, wanted, found.revision + 1
    return found, Change("updated", "workspace", spec.name, before, wanted)


async def teach_sensitivity(session: AsyncSession, workspace: str, examples: SensitivityExamples) -> Change:
    """Replaces the workspace's own examples of what a person has to see."""
    row = await _lock(session, workspace)
    wanted = WorkspaceSpec.model_validate({**row.spec, "sensitivity_examples": examples}).model_dump(mode="json")
    if wanted == row.spec:
        return Change("unchanged", "workspace", row.name)
    before, row.spec, row.revision = row.spec, wanted, row.revision + 1
    return Change("updated", "workspace", row.name, before, wanted)


async def resources(session: AsyncSession, workspace: str, kind: str | None = None) -> Sequence[Resource]:
    query = select(Resource).where(Resource.workspace_id == workspace).order_by(Resource.kind, Resource.name)
    return (await session.scalars(query if kind is None else query.where(Resource.kind == kind))).all()


async def resource(session: AsyncSession, workspace: str, kind: str, reference: str) -> Resource:
    """Returns the resource of that name or id. Raises NotFound."""
    asked = {"workspace": workspace, "kind": kind, "reference": reference}
    found: Resource | None = await session.scalar(_one_resource(), asked)
    if found is None:
        raise NotFound(f"There is no {kind} {reference!r} in this workspace.")
    return found


@cache  # every request about a resource asks it
def _one_resource() -> Select[Resource]:
    named = (Resource.name == bindparam("reference")) | (Resource.id == bindparam("reference"))
    return select(Resource).where(
        Resource.workspace_id == bindparam("workspace"), Resource.kind == bindparam("kind"), named
    )


async def name_of(session: AsyncSession, workspace: str, kind: str, reference: str) -> str:
    """Returns the name of the resource with that id; the reference itself if there is none."""
    query = select(Resource.name).where(
        Resource.workspace_id == workspace, Resource.kind == kind, Resource.id == reference
    )
    return await session.scalar(query) or reference


def specs_of(rows: Iterable[Resource]) -> dict[str, dict[str, Spec]]:
    specs: dict[str, dict[str, Spec]] = defaultdict(dict)
    for row in rows:
        specs[row.kind][row.name] = KINDS[row.kind].spec.model_validate(row.spec)
    return specs


async def unservable_in(session: AsyncSession, workspace: str) -> list[Unservable]:
    """Returns the workspace's queues and topics that none of its agents could ever serve."""
    specs: dict[str, dict[str, Any]] = specs_of(await resources(session, workspace))
    agents, topics = (specs.get(kind, {}).values() for kind in ("agent", "topic"))
    return unservable(specs.get("queue", {}), topics, Staffing(agents))


async def put(
    session: AsyncSession,
    workspace: str,
    wanted: Mapping[str, Sequence[Spec]],
    *,
    precondition: Precondition = ALWAYS,
    bounds: Bounds = USUAL,
    author: Author | None = None,
) -> list[Change]:
    """Creates or updates resources by kind and name, all or none. Afterwards one queue is the catch-all.

    Raises:
        InvalidConfiguration: a reference leads to nothing.
        TooManyExamples: the workspace would have more than it may.
        VersionMismatch, AlreadyThere: the resource wanted is not as the precondition asks.
    """
    locked = await _lock(session, workspace)
    rows = {(row.kind, row.name): row for row in await resources(session, workspace)}
    specs = {**specs_of(rows.values()), "workspace": _itself(locked)}
    before = Amounts.of(specs.get("topic", {}).values())
    besides = put_beside(specs.get("queue", {}), wanted.get("queue", ()))  # type: ignore[arg-type]
    counts = {kind: len(of_kind) for kind, of_kind in specs.items()}
    for kind, kind_specs in (*wanted.items(), ("queue", besides)):
        specs.setdefault(kind, {}).update({spec.name: spec for spec in kind_specs})  # type: ignore[attr-defined]
    refuse_too_many(specs, counts)
    refuse([*faults_of(by_name(wanted)), *check(specs)])
    bounds.check(before, Amounts.of(specs.get("topic", {}).values()))
    changes = [
        _put_one(session, workspace, kind, spec, rows, precondition)
        for kind, kind_specs in wanted.items()
        for spec in kind_specs
    ]
    for queue in besides:
        if queue.catch_all or not is_as_made(queue) or users_of(specs, "queue", queue.name):
            changes.append(_put_one(session, workspace, "queue", queue, rows, ALWAYS))
        else:  # as an ordinary queue it would take everything before its successor does
            changes.append(await _drop(session, workspace, "queue", queue.name, rows["queue", queue.name].spec))
    if any(change.action != "unchanged" for change in changes):
        locked.revision += 1
    written = [(one.kind, one.after) for one in changes if one.action != "unchanged" and one.after is not None]
    await answers.follow(session, workspace, written, author)
    return changes


async def remove(
    session: AsyncSession, workspace: str, kind: str, name: str, *, precondition: Precondition = ALWAYS
) -> None:
    """Deletes a resource.

    Raises InUse while another refers to it and for the catch-all, and what the precondition raises.
    """
    locked = await _lock(session, workspace)
    rows = await resources(session, workspace)
    precondition.check(next((row.version for row in rows if (row.kind, row.name) == (kind, name)), None))
    users = users_of({**specs_of(rows), "workspace": _itself(locked)}, kind, name)
    if users:
        raise InUse(f"The {kind} {name!r} is still used by {', '.join(users[:5])}.", used_by=users)
    if any((row.kind, row.name) == (kind, name) and row.spec.get("catch_all") for row in rows):
        raise InUse(
            f"The queue {name!r} is the catch-all: make another queue the catch-all first.",
            used_by=["what no other queue takes"],
        )
    await _drop(session, workspace, kind, name, None)
    await answers.leave(session, workspace, kind, name)
    locked.revision += 1


async def _drop(
    session: AsyncSession, workspace: str, kind: str, name: str, before: Mapping[str, Any] | None
) -> Change:
    await session.execute(
        delete(Resource).where(Resource.workspace_id == workspace, Resource.kind == kind, Resource.name == name)
    )
    return Change("deleted", kind, name, before)


def _itself(workspace: Workspace) -> dict[str, Spec]:
    return {workspace.name: WorkspaceSpec.model_validate(workspace.spec)}


def refuse(faults: Sequence[Fault]) -> None:
    if faults:
        errors = [
            {"where": f"{fault.kind} {fault.name}: {'.'.join(map(str, fault.path))}", "problem": fault.problem}
            for fault in faults
        ]
        raise InvalidConfiguration(f"{errors[0]['where']}: {errors[0]['problem']}.", errors=errors)


async def _lock(session: AsyncSession, workspace: str) -> Workspace:
    return (await session.scalars(select(Workspace).where(Workspace.id == workspace).with_for_update())).one()


def _put_one(
    session: AsyncSession,
    workspace: str,
    kind: str,
    spec: Spec,
    rows: Mapping[tuple[str, str], Resource],
    precondition: Precondition,
) -> Change:
    wanted: dict[str, Any] = spec.model_dump(mode="json")
    name: str = wanted["name"]
    row = rows.get((kind, name))
    precondition.check(row.version if row else None)
    if row is None:
        session.add(Resource(id=id_with(KINDS[kind].prefix), workspace_id=workspace, kind=kind, name=name, spec=wanted))
        return Change("created", kind, name, after=wanted)
    if row.spec == wanted:
        return Change("unchanged", kind, name)
    before, row.spec, row.version = row.spec, wanted, row.version + 1
    return Change("updated", kind, name, before, wanted)
