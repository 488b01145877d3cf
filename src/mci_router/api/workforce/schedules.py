"""Schedules over REST: made as a job, looked at, published, withdrawn."""

from collections import Counter
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.schedule_answers import (
    CoverOut,
    CoverRow,
    GroupCover,
    Published,
    ScheduleOut,
    SchedulePage,
    ShiftOut,
    Shifts,
    breaches_out,
)
from mci_router.api.schemas.schedules import Approval, Decision, ScheduleIn
from mci_router.errors import InvalidRequest, ScheduleBinds, TooManyWaiting, UnknownAgent, UnknownSkill
from mci_router.ids import new_id
from mci_router.models import Schedule
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec, ShiftTemplateSpec
from mci_router.vocabulary import ScheduleState, SolvingState
from mci_router.workforce.bounds import room_for_draft
from mci_router.workforce.schedules import changes, store
from mci_router.workforce.schedules.asking import BadRequirement, Required, groups_of
from mci_router.workforce.schedules.making import cover_by
from mci_router.workforce.schedules.planned import planned

router = Router(prefix="/v1/workforce/schedules", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]
BEGUN: dict[int | str, dict[str, Any]] = {
    202: {"headers": {"Location": {"description": "Where to read it.", "schema": {"type": "string"}}}}
}
MOST_WAITING = 5  # of a workspace: each takes a process for a minute


@router.post("", status_code=HTTPStatus.ACCEPTED, summary="Make a schedule", responses=BEGUN)
async def post_schedule(body: ScheduleIn, caller: Writer, parts: Service, response: Response) -> ScheduleOut:
    """Makes a draft, in the background: read it at the `Location` until `solving` is `solved`.

    It keeps every rule of work. What it cannot cover within them is named in its `figures`, with the rules that would
    have to give way. Without a requirement it is empty, and there at once, to be filled by hand.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    rows = [row.required() for row in body.requirement]
    _check(snapshot, body, rows)
    made = _made(caller, body, rows)
    async with parts.database.transaction() as session:
        if rows and await store.unsolved(session, caller.workspace_id) >= MOST_WAITING:
            raise TooManyWaiting
        await room_for_draft(session, caller.workspace_id, ScheduleState.DRAFT)
        session.add(made)
        await session.flush()
        await session.refresh(made)
        facts = {"name": body.name, "begins_on": str(body.begins_on), "ends_on": str(body.ends_on)}
        await audited(session, caller, "schedule.created", made.id, after=facts)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return ScheduleOut.model_validate(made)


def _made(caller: Caller, body: ScheduleIn, rows: list[Required]) -> Schedule:
    asked = body.model_dump(include={"agents", "templates", "seconds", "gap"})
    return Schedule(
        id=new_id("schedule"),
        workspace_id=caller.workspace_id,
        name=body.name,
        begins_on=body.begins_on,
        ends_on=body.ends_on,
        state=ScheduleState.DRAFT,
        solving=SolvingState.WAITING if rows else SolvingState.SOLVED,
        asked={**asked, "requirement": [row.kept() for row in rows]},
    )


def _check(snapshot: Snapshot, body: ScheduleIn, rows: list[Required]) -> None:
    """Raises InvalidRequest, UnknownAgent, UnknownSkill for what the workspace does not have."""
    try:
        groups = groups_of(rows, body.begins_on, body.ends_on, snapshot)
    except BadRequirement as error:
        where = f"body.requirement.{error.row}"
        raise InvalidRequest(
            f"{where}: {error.problem}.", errors=[{"where": where, "problem": error.problem}]
        ) from error
    if unknown := sorted({skill for group in groups for skill in group.skills} - set(snapshot.skills)):
        raise UnknownSkill(f"There is no skill {unknown[0]!r}.")
    if unknown := sorted(set(body.agents or ()) - set(snapshot.agents)):
        raise UnknownAgent(f"There is no agent {unknown[0]!r}.")
    templates = snapshot.of(ShiftTemplateSpec)
    if unknown := sorted(set(body.templates or ()) - set(templates)):
        raise InvalidRequest(f"body.templates: there is no shift template {unknown[0]!r}.")
    if rows and not templates:
        raise InvalidRequest("body.requirement: the workspace has no shift template: PUT /v1/shift_templates/{name}.")


@router.get("", summary="List schedules", responses=PAGED)
async def list_schedules(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: ScheduleState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SchedulePage:
    """Lists schedules, the newest first."""
    async with parts.database.transaction() as session:
        found = await store.schedules(session, caller.workspace_id, state=state, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return SchedulePage(items=[ScheduleOut.model_validate(item) for item in items], next_cursor=following)


@router.get("/{schedule_id}", summary="Read a schedule")
async def get_schedule(schedule_id: Reference, caller: Reader, parts: Service) -> ScheduleOut:
    """Returns a schedule: how far its making is, and how it came out. Its shifts are at `/shifts`."""
    async with parts.database.transaction() as session:
        return ScheduleOut.model_validate(await store.schedule(session, caller.workspace_id, schedule_id))


@router.get("/{schedule_id}/shifts", summary="Read the shifts of a schedule")
async def get_schedule_shifts(schedule_id: Reference, caller: Reader, parts: Service) -> Shifts:
    """Returns its shifts, but for those that were cancelled."""
    async with parts.database.transaction() as session:
        await store.schedule(session, caller.workspace_id, schedule_id)
        found = await store.shifts(session, caller.workspace_id, schedule_id)
    return Shifts(items=[ShiftOut.model_validate(one) for one in found])


@router.get("/{schedule_id}/cover", summary="Read the cover of a schedule")
async def get_schedule_cover(schedule_id: Reference, caller: Reader, parts: Service) -> CoverOut:
    """Returns for each group and quarter-hour the agents required, and those whose shifts have them take contacts."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        row = await store.schedule(session, caller.workspace_id, schedule_id)
        shifts = await store.shifts(session, caller.workspace_id, schedule_id)
    there = planned([(one.group, store.placed(one.pieces)) for one in shifts], snapshot.of(ActivitySpec))
    rows = [Required.of(one) for one in row.asked["requirement"]]
    groups = groups_of(rows, row.begins_on, row.ends_on, snapshot)
    return CoverOut(
        timezone=snapshot.spec.timezone,
        groups=[GroupCover.model_validate(cover_by(group, there.get(group.name, Counter()))) for group in groups],
        rows=[
            CoverRow(begins=quarter, group=group.name, required=number, planned=there[group.name][quarter])
            for group in groups
            for quarter, number in sorted(group.needed.items())
        ],
    )


@router.post("/{schedule_id}/publish", summary="Publish a schedule")
async def publish_schedule(
    schedule_id: Reference, caller: Writer, parts: Service, body: Approval | None = None
) -> Published:
    """Publishes a draft: its shifts bind their agents, and stand in their calendars.

    One that breaks rules is refused, unless `accept_breaches` says that it may.
    """
    accepted, why = (body.accept_breaches, body.why) if body else (False, "")
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        row = await store.schedule(session, caller.workspace_id, schedule_id, lock=True)
        found = await changes.publish(session, snapshot, row, accepted=accepted)
        facts = {"state": row.state, "breaches": [one.message for one in found]}
        await audited(session, caller, "schedule.published", row.id, after=facts, reason=why)
    return Published.model_validate({**ScheduleOut.model_validate(row).model_dump(), "warnings": breaches_out(found)})


@router.post("/{schedule_id}/withdraw", summary="Withdraw a schedule")
async def withdraw_schedule(
    schedule_id: Reference, caller: Writer, parts: Service, body: Decision | None = None
) -> ScheduleOut:
    """Cancels all shifts of a published schedule: calendars show them as cancelled."""
    async with parts.database.transaction() as session:
        row = await store.schedule(session, caller.workspace_id, schedule_id, lock=True)
        await changes.withdraw(session, row)
        why = body.why if body else ""
        await audited(session, caller, "schedule.withdrawn", row.id, after={"state": row.state}, reason=why)
    return ScheduleOut.model_validate(row)


@router.delete("/{schedule_id}", status_code=HTTPStatus.NO_CONTENT, summary="Delete a draft")
async def delete_schedule(schedule_id: Reference, caller: Writer, parts: Service) -> None:
    """Deletes a draft; one that is still being made is given up."""
    async with parts.database.transaction() as session:
        row = await store.schedule(session, caller.workspace_id, schedule_id, lock=True)
        if row.state is not ScheduleState.DRAFT:
            raise ScheduleBinds(f"The schedule is {row.state}: only a draft is deleted.")
        await audited(session, caller, "schedule.deleted", row.id, before={"name": row.name})
        await session.delete(row)
