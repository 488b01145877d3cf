"""Bounds of what agents and keys ask for: so much undecided at a time, and so much within a day."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import TooManyAsked, TooManyResources
from mci_router.ids import earliest
from mci_router.models import AdherenceException, Schedule, Shift, ShiftSwap, TimeOff
from mci_router.workforce.former import both_present, present

DAY = timedelta(days=1)
MOST_UNDECIDED, MOST_ASKED_A_DAY = 20, 100  # of an agent
MOST_DRAFTS, MOST_SCHEDULES_A_DAY = 200, 500  # of a workspace
MOST_SHIFTS = 10_000  # of a schedule: 500 agents for two weeks, some of them in two parts
MOST_EXCEPTIONS, MOST_EXCEPTIONS_A_DAY = 50, 200  # of an agent: about the same time, and noted within a day

Condition = ColumnElement[bool]


async def room_to_ask(
    session: AsyncSession, table: type[TimeOff | ShiftSwap], workspace: str, agent: str, open_in: Collection[str]
) -> None:
    """Raises TooManyAsked where so much of an agent is undecided, or was asked within a day, that it must wait."""
    noun = "swap" if table is ShiftSwap else "time_off"
    theirs = both_present() if table is ShiftSwap else present(TimeOff)
    mine = table.workspace_id == workspace, table.agent == agent, theirs
    await _alone(session, f"{noun} {workspace} {agent}")
    if await _count(session, *mine, table.state.in_(open_in)) >= MOST_UNDECIDED:
        raise TooManyAsked(f"{agent} has {MOST_UNDECIDED} requests that nobody has decided yet.", most=MOST_UNDECIDED)
    if await _count(session, *mine, table.id >= _yesterday(noun)) >= MOST_ASKED_A_DAY:
        raise TooManyAsked(f"{agent} has asked {MOST_ASKED_A_DAY} times within a day.", most=MOST_ASKED_A_DAY)


async def room_for_draft(session: AsyncSession, workspace: str, state: str) -> None:
    """Raises TooManyResources where a workspace has as many drafts (schedules in `state`) as it may have."""
    mine = Schedule.workspace_id == workspace
    await _alone(session, f"schedules {workspace}")
    if await _count(session, mine, Schedule.state == state) >= MOST_DRAFTS:
        raise _too_many("schedule", MOST_DRAFTS, "drafts of schedules: publish or delete some")
    if await _count(session, mine, Schedule.id >= _yesterday("schedule")) >= MOST_SCHEDULES_A_DAY:
        raise _too_many("schedule", MOST_SCHEDULES_A_DAY, "schedules that were made within a day")


async def room_for_shift(session: AsyncSession, of: Schedule) -> None:
    """Raises TooManyResources where a schedule, locked by the caller, has as many shifts as it may have."""
    if await _count(session, Shift.workspace_id == of.workspace_id, Shift.schedule_id == of.id) >= MOST_SHIFTS:
        raise _too_many("shift", MOST_SHIFTS, "shifts in this schedule, those that were cancelled included")


async def room_for_exception(session: AsyncSession, made: AdherenceException) -> None:
    """Raises TooManyResources where an agent is excused so often already, about that time or within a day."""
    one, noun = AdherenceException, "adherence_exception"
    mine = one.workspace_id == made.workspace_id, one.agent == made.agent, present(one)
    near = one.begins_at < made.ends_at + DAY, one.ends_at > made.begins_at - DAY
    await _alone(session, f"exceptions {made.workspace_id} {made.agent}")
    if await _count(session, *mine, *near) >= MOST_EXCEPTIONS:
        raise _too_many(noun, MOST_EXCEPTIONS, f"exceptions of {made.agent} about that time")
    if await _count(session, *mine, one.id >= _yesterday(noun)) >= MOST_EXCEPTIONS_A_DAY:
        raise _too_many(noun, MOST_EXCEPTIONS_A_DAY, f"exceptions of {made.agent} that were noted within a day")


def _too_many(kind: str, most: int, what: str) -> TooManyResources:
    return TooManyResources(f"There are {most} {what}.", kind=kind, most=most)


def _yesterday(noun: str) -> str:
    return earliest(noun, utc_now() - DAY)


async def _alone(session: AsyncSession, what: str) -> None:
    """Waits for others who are counting the same, so that two at once do not both find room."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"room for {what}", 0))))


async def _count(session: AsyncSession, *conditions: Condition) -> int:
    return await session.scalar(select(func.count()).where(*conditions)) or 0
