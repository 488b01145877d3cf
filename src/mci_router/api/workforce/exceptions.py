"""Exceptions over REST: a supervisor excuses an agent for a time, with why."""

from typing import Annotated

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.adherence import ExceptionIn, ExceptionOut, ExceptionPage
from mci_router.api.schemas.common import Reference
from mci_router.clock import moment
from mci_router.errors import UnknownAgent
from mci_router.models import AdherenceException
from mci_router.specs.base import Name
from mci_router.workforce.adherence.exceptions import exceptions, excuse, withdraw

router = Router(prefix="/v1/workforce/exceptions", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]


@router.get("", summary="List what is excused", responses=PAGED)
async def list_exceptions(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    agent: Annotated[Name | None, Query(description="Of this agent alone.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ExceptionPage:
    """Lists the times for which agents are excused, the newest first."""
    async with parts.database.transaction() as session:
        found = await exceptions(session, caller.workspace_id, agent=agent, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return ExceptionPage(items=[ExceptionOut.model_validate(one) for one in items], next_cursor=following)


@router.post("", status_code=201, summary="Excuse an agent for a time")
async def post_exception(body: ExceptionIn, caller: Writer, parts: Service) -> ExceptionOut:
    """Excuses an agent: in that time the plan counts as kept, and paid time as worked."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    if body.agent not in snapshot.agents:
        raise UnknownAgent(f"No agent is named {body.agent!r}.")
    span = body.begins_at, body.ends_at
    async with parts.database.transaction() as session:
        made = await excuse(session, caller.workspace_id, body.agent, span, why=body.why, by=caller.name)
        await audited(session, caller, "agent.excused", made.agent, after=_facts(made), reason=made.why)
    return ExceptionOut.model_validate(made)


@router.delete("/{exception_id}", status_code=204, summary="Take an exception back")
async def delete_exception(exception_id: Reference, caller: Writer, parts: Service) -> None:
    """Takes an exception back: what was excused by it counts again."""
    async with parts.database.transaction() as session:
        gone = await withdraw(session, caller.workspace_id, exception_id)
        await audited(session, caller, "agent.excuse_withdrawn", gone.agent, before=_facts(gone), reason=gone.why)


def _facts(one: AdherenceException) -> dict[str, str]:
    return {"exception": one.id, "begins_at": moment(one.begins_at), "ends_at": moment(one.ends_at)}
