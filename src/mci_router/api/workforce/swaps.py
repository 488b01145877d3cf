"""Swaps of shifts over REST. A key acts for agents: the company's own portal, or a supervisor, knows who asks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.schedule_answers import SwapApproved, SwapOut, SwapPage, breaches_out
from mci_router.api.schemas.schedules import AcceptIn, Approval, Decision, SwapIn
from mci_router.vocabulary import SwapState
from mci_router.workforce.schedules import swaps

router = Router(prefix="/v1/workforce/swaps", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]


@router.post("", status_code=HTTPStatus.CREATED, summary="Ask for a swap")
async def post_swap(body: SwapIn, caller: Writer, parts: Service) -> SwapOut:
    """Asks an agent, for another, to take a published shift; for one of theirs, or for none."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        made = await swaps.ask(session, snapshot, **body.model_dump())
        facts = {"agent": made.agent, "other": made.other, "shift": made.shift_id, "other_shift": made.other_shift_id}
        await audited(session, caller, "swap.asked", made.id, after=facts, reason=body.reason)
    return SwapOut.model_validate(made)


@router.get("", summary="List swaps", responses=PAGED)
async def list_swaps(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: SwapState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SwapPage:
    """Lists swaps, the newest first."""
    async with parts.database.transaction() as session:
        found = await swaps.swaps(session, caller.workspace_id, state=state, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return SwapPage(items=[SwapOut.model_validate(item) for item in items], next_cursor=following)


@router.post("/{swap_id}/accept", summary="Accept a swap")
async def accept_swap(swap_id: Reference, body: AcceptIn, caller: Writer, parts: Service) -> SwapOut:
    """Notes that the agent who was asked agrees. Then a supervisor decides."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        found = await swaps.swap(session, caller.workspace_id, swap_id)
        before = {"state": found.state}
        await swaps.accept(session, snapshot, found, body.agent)
        await audited(session, caller, "swap.accepted", swap_id, before=before, after={"state": found.state})
    return SwapOut.model_validate(found)


@router.post("/{swap_id}/approve", summary="Approve a swap")
async def approve_swap(
    swap_id: Reference, caller: Writer, parts: Service, body: Approval | None = None
) -> SwapApproved:
    """Lets the shifts change hands. Refused where it breaks a rule, unless `accept_breaches` says it may."""
    accepted, why = (body.accept_breaches, body.why) if body else (False, "")
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        found = await swaps.swap(session, caller.workspace_id, swap_id)
        broken = await swaps.approve(session, snapshot, found, why, accepted=accepted)
        facts = {"state": found.state, "breaches": [one.message for one in broken]}
        await audited(session, caller, "swap.approved", swap_id, after=facts, reason=why)
    return SwapApproved.model_validate({**SwapOut.model_validate(found).model_dump(), "warnings": breaches_out(broken)})


@router.post("/{swap_id}/decline", summary="Decline a swap")
async def decline_swap(swap_id: Reference, caller: Writer, parts: Service, body: Decision | None = None) -> SwapOut:
    """Notes that the agent who was asked, or a supervisor, does not agree."""
    return await _ended(parts, caller, swap_id, SwapState.DECLINED, body)


@router.post("/{swap_id}/withdraw", summary="Withdraw a swap")
async def withdraw_swap(swap_id: Reference, caller: Writer, parts: Service, body: Decision | None = None) -> SwapOut:
    """Ends a swap that who asked for it does not want any longer."""
    return await _ended(parts, caller, swap_id, SwapState.WITHDRAWN, body)


async def _ended(parts: Parts, caller: Caller, swap_id: str, state: SwapState, body: Decision | None) -> SwapOut:
    why = body.why if body else ""
    async with parts.database.transaction() as session:
        found = await swaps.swap(session, caller.workspace_id, swap_id)
        before = {"state": found.state}
        swaps.end(found, state, why)
        await audited(session, caller, f"swap.{state}", swap_id, before=before, after={"state": state}, reason=why)
    return SwapOut.model_validate(found)
