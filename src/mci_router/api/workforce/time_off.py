"""Time off over REST: asked for by or for an agent, decided by a supervisor."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.schedule_answers import ShiftOut, TimeOffDecided, TimeOffOut, TimeOffPage
from mci_router.api.schemas.schedules import Decision, TimeOffIn
from mci_router.specs.base import Name
from mci_router.vocabulary import TimeOffState
from mci_router.workforce.schedules import time_off

router = Router(prefix="/v1/workforce/time-off", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]


@router.post("", status_code=HTTPStatus.CREATED, summary="Ask for time off")
async def post_time_off(body: TimeOffIn, caller: Writer, parts: Service) -> TimeOffOut:
    """Asks for time off, for an agent. The reason is not in the audit trail: it may be a private one."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        made = await time_off.ask(session, snapshot, **body.model_dump())
        facts = {"agent": made.agent, "begins_at": made.begins_at.isoformat(), "ends_at": made.ends_at.isoformat()}
        await audited(session, caller, "time_off.asked", made.id, after=facts)
    return TimeOffOut.model_validate(made)


@router.get("", summary="List time off", responses=PAGED)
async def list_time_off(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: TimeOffState | None = None,
    agent: Annotated[Name | None, Query(description="Of this agent alone.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TimeOffPage:
    """Lists requests for time off, the newest first."""
    wanted = {"state": state, "agent": agent, "after": cursor}
    zone = (await parts.snapshots.get(caller.workspace_id)).spec.zone
    async with parts.database.transaction() as session:
        found = await time_off.several(session, caller.workspace_id, **wanted, limit=limit + 1)  # type: ignore[arg-type]
    items, following = paged(request, response, found, limit)
    shown = [TimeOffOut.model_validate(item) for item in items]
    return TimeOffPage(items=shown, timezone=zone.key, next_cursor=following)


@router.post("/{time_off_id}/approve", summary="Approve time off")
async def approve_time_off(
    time_off_id: Reference, caller: Writer, parts: Service, body: Decision | None = None
) -> TimeOffDecided:
    """Approves it: schedules are made around it. `shifts` are those that bind the agent within it already."""
    return await _decided(parts, caller, time_off_id, TimeOffState.APPROVED, body)


@router.post("/{time_off_id}/decline", summary="Decline time off")
async def decline_time_off(
    time_off_id: Reference, caller: Writer, parts: Service, body: Decision | None = None
) -> TimeOffDecided:
    """Declines it."""
    return await _decided(parts, caller, time_off_id, TimeOffState.DECLINED, body)


@router.post("/{time_off_id}/withdraw", summary="Withdraw time off")
async def withdraw_time_off(
    time_off_id: Reference, caller: Writer, parts: Service, body: Decision | None = None
) -> TimeOffDecided:
    """Ends what the agent does not want any longer, also after it was approved."""
    return await _decided(parts, caller, time_off_id, TimeOffState.WITHDRAWN, body)


async def _decided(
    parts: Parts, caller: Caller, time_off_id: str, state: TimeOffState, body: Decision | None
) -> TimeOffDecided:
    why = body.why if body else ""
    async with parts.database.transaction() as session:
        found = await time_off.one(session, caller.workspace_id, time_off_id)
        before = {"state": found.state}
        time_off.decide(found, state, why)
        shifts = await time_off.planned_in(session, found)
        await audited(session, caller, f"time_off.{state}", found.id, before=before, after={"state": state}, reason=why)
    shown = TimeOffOut.model_validate(found).model_dump()
    return TimeOffDecided.model_validate({**shown, "shifts": [ShiftOut.model_validate(one) for one in shifts]})
