"""Shifts over REST: those that bind, and changes by hand."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Instant, Reference
from mci_router.api.schemas.schedule_answers import ShiftChanged, ShiftOut, Shifts, breaches_out
from mci_router.api.schemas.schedules import ShiftIn, ShiftPatch
from mci_router.errors import InvalidRequest, NotFound
from mci_router.models import Schedule, Shift
from mci_router.specs.base import Name
from mci_router.workforce.schedules import changes, store
from mci_router.workforce.schedules.breaches import Breach

router = Router(prefix="/v1/workforce", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]
LONGEST = timedelta(days=31)


@router.get("/shifts", summary="List published shifts")
async def list_shifts(
    caller: Reader,
    parts: Service,
    since: Annotated[Instant, Query(description="From this moment on, RFC 3339.")],
    until: Annotated[Instant, Query(description="Up to this moment, at most 31 days later.")],
    agent: Annotated[Name | None, Query(description="Of this agent alone.")] = None,
) -> Shifts:
    """Lists the shifts that bind, of which a part is in the time."""
    if not timedelta() < until - since <= LONGEST:
        raise InvalidRequest("query.until: must be after since, by 31 days at most.")
    async with parts.database.transaction() as session:
        found = await store.published(session, caller.workspace_id, since, until, agent)
    return Shifts(items=[ShiftOut.model_validate(one) for one in found])


@router.post("/schedules/{schedule_id}/shifts", status_code=HTTPStatus.CREATED, summary="Add a shift by hand")
async def post_shift(schedule_id: Reference, body: ShiftIn, caller: Writer, parts: Service) -> ShiftChanged:
    """Adds a shift. The `warnings` name the rules that its agent's shifts break now.

    In a published schedule one that breaks rules is refused, unless `accept_breaches` says that it may.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        row = await store.schedule(session, caller.workspace_id, schedule_id, lock=True)
        pieces = [one.placed() for one in body.pieces]
        skills = store.skills_of(row, body.group)
        made = store.new_shift(row, body.agent, pieces, group=body.group, skills=skills)
        found = await changes.add(session, snapshot, row, made, accepted=body.accept_breaches)
        await audited(session, caller, "shift.added", made.id, after=changes.facts(made))
    return _changed(made, found)


@router.patch("/shifts/{shift_id}", summary="Change a shift by hand")
async def patch_shift(shift_id: Reference, body: ShiftPatch, caller: Writer, parts: Service) -> ShiftChanged:
    """Changes who works it, when, or for which group.

    A published shift that is given to another agent has another id from then on.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    pieces = [one.placed() for one in body.pieces] if body.pieces else None
    wanted = changes.Wanted(body.agent, body.begins_at, pieces, body.group)
    async with parts.database.transaction() as session:
        row, shift = await _found(session, caller, shift_id)
        before = changes.facts(shift)
        now, found = await changes.change(session, snapshot, row, shift, wanted, accepted=body.accept_breaches)
        await audited(session, caller, "shift.changed", shift_id, before=before, after=changes.facts(now))
    return _changed(now, found)


@router.delete("/shifts/{shift_id}", status_code=HTTPStatus.NO_CONTENT, summary="Remove a shift")
async def delete_shift(shift_id: Reference, caller: Writer, parts: Service) -> None:
    """Removes a shift of a draft; one that is published is cancelled, and calendars show it so."""
    async with parts.database.transaction() as session:
        row, shift = await _found(session, caller, shift_id)
        await audited(session, caller, "shift.removed", shift_id, before=changes.facts(shift))
        await changes.remove(session, row, shift)


async def _found(session: AsyncSession, caller: Caller, shift_id: str) -> tuple[Schedule, Shift]:
    """Returns a shift and its schedule, both locked, the schedule first as everywhere. Raises NotFound."""
    shift = await store.shift(session, caller.workspace_id, shift_id)
    row = await store.schedule(session, caller.workspace_id, shift.schedule_id, lock=True)
    await session.refresh(shift, with_for_update=True)
    if shift.cancelled_at:
        raise NotFound(f"The shift {shift_id!r} was cancelled.")
    return row, shift


def _changed(shift: Shift, found: list[Breach]) -> ShiftChanged:
    return ShiftChanged(shift=ShiftOut.model_validate(shift), warnings=breaches_out(found))
