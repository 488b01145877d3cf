"""Exceptions: times for which a supervisor excuses an agent from the plan."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound
from mci_router.ids import new_id
from mci_router.insight.agent_time import Span
from mci_router.models import AdherenceException
from mci_router.workforce.bounds import room_for_exception
from mci_router.workforce.former import holds, present

NOUN = "adherence_exception"


async def excuse(
    session: AsyncSession, workspace: str, agent: str, span: Span, *, why: str, by: str
) -> AdherenceException:
    """Excuses an agent for a time, in the caller's transaction. Raises TooManyResources."""
    made = AdherenceException(
        id=new_id(NOUN), workspace_id=workspace, agent=agent, begins_at=span[0], ends_at=span[1], why=why, by=by
    )
    await room_for_exception(session, made)
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def exceptions(
    session: AsyncSession, workspace: str, *, agent: str | None, after: str | None, limit: int
) -> Sequence[AdherenceException]:
    """Returns the exceptions of an agent, or of all, newest first."""
    query = select(AdherenceException).where(AdherenceException.workspace_id == workspace, present(AdherenceException))
    if agent is not None:
        query = query.where(AdherenceException.agent == agent)
    if after is not None:
        query = query.where(AdherenceException.id < after)
    return (await session.scalars(query.order_by(AdherenceException.id.desc()).limit(limit))).all()


async def withdraw(session: AsyncSession, workspace: str, exception_id: str) -> AdherenceException:
    """Takes an exception back, and returns what it was. Raises NotFound."""
    mine = AdherenceException.workspace_id == workspace, AdherenceException.id == exception_id
    found = await session.scalar(select(AdherenceException).where(*mine).with_for_update())
    if found is None:
        raise NotFound(f"No exception {exception_id!r} in this workspace.")
    await session.delete(found)
    return found


async def excused(
    session: AsyncSession, workspace: str, agents: Sequence[str], period: Span
) -> Mapping[str, Sequence[Span]]:
    """Returns the times in a period for which each of the agents is excused."""
    query = select(AdherenceException.agent, AdherenceException.begins_at, AdherenceException.ends_at).where(
        AdherenceException.workspace_id == workspace,
        AdherenceException.agent.in_(agents),
        AdherenceException.begins_at < period[1],
        AdherenceException.ends_at > period[0],
        holds(AdherenceException),
    )
    found: dict[str, list[Span]] = defaultdict(list)
    for row in await session.execute(query):
        found[row.agent].append((row.begins_at, row.ends_at))
    return found
