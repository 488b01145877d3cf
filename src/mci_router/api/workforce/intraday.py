"""The rest of the day over REST: how it is going to be, and the moves that are proposed for it."""

from typing import Annotated

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.intraday import DecisionIn, IntradayOut, ProposalOut, ProposalPage
from mci_router.clock import moment, utc_now
from mci_router.models import MoveProposal
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ProposalState
from mci_router.workforce.intraday import rounds

router = Router(prefix="/v1/workforce", tags=["workforce"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.WORKFORCE_READ)]
Writer = Annotated[Caller, needs(Scope.WORKFORCE_WRITE)]


@router.get("/intraday", summary="See the rest of the day")
async def get_intraday(caller: Reader, parts: Service) -> IntradayOut:
    """Returns the newest look at the rest of the day: each queue beside its forecast, its people and its goal.

    It is looked at every quarter-hour, in a workspace that has a forecast.
    """
    zone = (await parts.snapshots.get(caller.workspace_id)).spec.timezone
    async with parts.database.transaction() as session:
        found = await rounds.newest(session, caller.workspace_id)
    return IntradayOut.of(zone, found.at, found.figures) if found else IntradayOut.of(zone, None, {})


@router.get("/proposals", summary="List the moves that are proposed", responses=PAGED)
async def list_proposals(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: Annotated[ProposalState | None, Query(description="In this state alone.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ProposalPage:
    """Lists moves, newest first, each with its effect when the rest of the day was tried out with it."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.transaction() as session:
        found = await rounds.proposals(session, caller.workspace_id, state=state, after=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return ProposalPage(items=[shown(snapshot, one) for one in items], next_cursor=following)


@router.post("/proposals/{proposal_id}/accept", summary="Accept a proposed move")
async def accept_proposal(
    proposal_id: Reference, caller: Writer, parts: Service, body: DecisionIn | None = None
) -> ProposalOut:
    """Notes that the move will be made. Nothing else happens: call the agent, or change the queue, yourself.

    The next looks at the day take it as made.
    """
    return await _decided(parts, caller, proposal_id, ProposalState.ACCEPTED, body)


@router.post("/proposals/{proposal_id}/dismiss", summary="Dismiss a proposed move")
async def dismiss_proposal(
    proposal_id: Reference, caller: Writer, parts: Service, body: DecisionIn | None = None
) -> ProposalOut:
    """Notes that the move will not be made: it is not proposed again on that day."""
    return await _decided(parts, caller, proposal_id, ProposalState.DISMISSED, body)


async def _decided(
    parts: Parts, caller: Caller, proposal_id: str, state: ProposalState, body: DecisionIn | None
) -> ProposalOut:
    why = body.why if body else ""
    workspace = caller.workspace_id
    async with parts.database.transaction() as session:
        found = await rounds.decide(session, workspace, proposal_id, state, by=caller.name, why=why, now=utc_now())
        await audited(session, caller, f"proposal.{state}", found.id, after=_facts(found), reason=why)
    return shown(await parts.snapshots.get(workspace), found)


def shown(snapshot: Snapshot, one: MoveProposal) -> ProposalOut:
    """Returns a proposal with the title of what it moves."""
    if one.agent is not None:
        agent = snapshot.agents.get(one.agent)
        return ProposalOut.of(one, agent.title if agent else None)
    queue = snapshot.queues.get(one.queue or "")
    return ProposalOut.of(one, queue.title if queue else None)


def _facts(one: MoveProposal) -> dict[str, object]:
    return {
        "kind": one.kind,
        "queue": one.queue,
        "agent": one.agent,
        "begins_at": moment(one.begins_at),
        "ends_at": moment(one.ends_at),
    }
