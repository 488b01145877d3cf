"""Time off: an agent asks for it, a supervisor decides. Schedules are made around what is approved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import AlreadyDecided, NotFound, UnknownAgent
from mci_router.ids import new_id
from mci_router.models import Shift, TimeOff
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import TimeOffState
from mci_router.workforce.bounds import room_to_ask
from mci_router.workforce.former import present
from mci_router.workforce.schedules import store


async def ask(
    session: AsyncSession, snapshot: Snapshot, *, agent: str, begins_at: datetime, ends_at: datetime, reason: str
) -> TimeOff:
    """Asks for time off. Raises UnknownAgent, TooManyAsked."""
    if agent not in snapshot.agents:
        raise UnknownAgent(f"There is no agent {agent!r}.")
    await room_to_ask(session, TimeOff, snapshot.workspace_id, agent, [TimeOffState.ASKED])
    made = TimeOff(
        id=new_id("time_off"),
        workspace_id=snapshot.workspace_id,
        agent=agent,
        begins_at=begins_at,
        ends_at=ends_at,
        reason=reason,
        state=TimeOffState.ASKED,
    )
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def one(session: AsyncSession, workspace: str, time_off_id: str, *, agent: str | None = None) -> TimeOff:
    """Returns a request for time off, locked; one of an agent alone, if that is given. Raises NotFound."""
    query = select(TimeOff).where(TimeOff.workspace_id == workspace, TimeOff.id == time_off_id, present(TimeOff))
    found = await session.scalar((query if agent is None else query.where(TimeOff.agent == agent)).with_for_update())
    if found is None:
        raise NotFound(f"There is no time off {time_off_id!r}.")
    return found


async def several(
    session: AsyncSession,
    workspace: str,
    *,
    state: TimeOffState | None,
    agent: str | None,
    after: str | None,
    limit: int,
) -> Sequence[TimeOff]:
    """Returns requests for time off, the newest first."""
    query = select(TimeOff).where(TimeOff.workspace_id == workspace, present(TimeOff))
    if state:
        query = query.where(TimeOff.state == state)
    if agent:
        query = query.where(TimeOff.agent == agent)
    if after:
        query = query.where(TimeOff.id < after)
    return (await session.scalars(query.order_by(TimeOff.id.desc()).limit(limit))).all()


def decide(found: TimeOff, state: TimeOffState, why: str) -> None:
    """Approves, declines or withdraws it; what was approved can still be withdrawn. Raises AlreadyDecided."""
    withdrawn = state is TimeOffState.WITHDRAWN and found.state is TimeOffState.APPROVED
    if found.state is not TimeOffState.ASKED and not withdrawn:
        raise AlreadyDecided(f"The time off is {found.state}.")
    found.state, found.decided_at, found.decided_why = state, utc_now(), why


async def planned_in(session: AsyncSession, found: TimeOff) -> Sequence[Shift]:
    """Returns the published shifts of the agent that are within the time off: somebody has to take them over."""
    return await store.published(session, found.workspace_id, found.begins_at, found.ends_at, found.agent)
