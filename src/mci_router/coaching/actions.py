"""Actions: what was agreed with an agent about a week, until when, by whom, and what has become of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.coaching.calendar import Period
from mci_router.database import Database
from mci_router.errors import InvalidRequest, NotFound
from mci_router.ids import new_id
from mci_router.models import CoachingAction, Resource
from mci_router.values import value
from mci_router.vocabulary import ActionState

MOST_OF_WEEK = 50


@value
class Agreeing:
    """An action that is agreed; `text` and the names in `agreed_by` are masked. `by` is the key that sent it."""

    week: Period
    text: str
    due_on: date
    agreed_by: list[str]
    by: str


class Actions:
    """Keeps actions. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def agree(self, workspace: str, agent_id: str, wanted: Agreeing, note: Note) -> CoachingAction:
        """Keeps an action, and returns it. Raises InvalidRequest, NotFound where the agent is gone."""
        if wanted.due_on < wanted.week.first:
            raise _fault("due_on", f"is before the week, which begins on {wanted.week.first.isoformat()}")
        async with self._database.transaction() as session:
            await _room(session, workspace, agent_id, wanted.week)
            made = CoachingAction(
                id=new_id("action"),
                workspace_id=workspace,
                agent_id=agent_id,
                week=wanted.week.name,
                text=wanted.text,
                due_on=wanted.due_on,
                agreed_by=wanted.agreed_by,
                by=wanted.by,
            )
            session.add(made)
            await session.flush()
            facts = {"action": made.id, "week": made.week, "due_on": made.due_on.isoformat()}
            await note.record(session, None, {**facts, "agreed_by": made.agreed_by})
            await session.refresh(made)
        return made

    async def settle(
        self, workspace: str, action: str, state: ActionState, outcome: str, by: str, note: Note
    ) -> tuple[CoachingAction, str]:
        """Says what has become of an action; `open` opens it again. Returns it, and the agent's name. Raises
        NotFound.
        """
        mine = CoachingAction.workspace_id == workspace, CoachingAction.id == action
        async with self._database.transaction() as session:
            found = await session.scalar(select(CoachingAction).where(*mine).with_for_update())
            if found is None:
                raise NotFound(f"There is no action {action!r} in this workspace.")
            if (found.state, found.outcome) != (state, outcome):
                await note.record(session, {"state": found.state}, {"state": state, "outcome": outcome})
                found.state, found.outcome = state, outcome
                is_open = state is ActionState.OPEN
                found.settled_by, found.settled_at = (None, None) if is_open else (by, func.now())
                await session.flush()
                await session.refresh(found)
            agent = await session.scalar(select(Resource.name).where(Resource.id == found.agent_id))
        return found, agent or ""


async def actions_of(
    session: AsyncSession, workspace: str, agent_id: str, weeks: Sequence[str]
) -> Sequence[CoachingAction]:
    """Returns the actions of an agent's weeks, and those of earlier ones that are open; those due the soonest first."""
    earlier = and_(CoachingAction.week < min(weeks), CoachingAction.state == ActionState.OPEN)
    mine = CoachingAction.workspace_id == workspace, CoachingAction.agent_id == agent_id
    query = select(CoachingAction).where(*mine, or_(CoachingAction.week.in_(weeks), earlier))
    return (await session.scalars(query.order_by(CoachingAction.due_on, CoachingAction.id).limit(1_000))).all()


async def _room(session: AsyncSession, workspace: str, agent_id: str, week: Period) -> None:
    """Checks that the agent is there, who is locked against others, and the week has room for another action."""
    agent = Resource.workspace_id == workspace, Resource.id == agent_id
    if await session.scalar(select(Resource.id).where(*agent).with_for_update()) is None:
        raise NotFound("The agent is gone.")
    of_week = (
        CoachingAction.workspace_id == workspace,
        CoachingAction.agent_id == agent_id,
        CoachingAction.week == week.name,
    )
    count = await session.scalar(select(func.count()).select_from(CoachingAction).where(*of_week)) or 0
    if count >= MOST_OF_WEEK:
        raise _fault("text", f"the week has {count} actions, which are the most")


def _fault(name: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"body.{name}: {problem}.", errors=[{"where": f"body.{name}", "problem": problem}])
