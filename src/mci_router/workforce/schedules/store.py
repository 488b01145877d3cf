"""The store of schedules and their shifts. Every function is for a caller's transaction, and for one workspace."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.errors import NotFound
from mci_router.ids import new_id
from mci_router.models import Schedule, Shift, TimeOff
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec
from mci_router.vocabulary import ScheduleState, SolvingState, TimeOffState
from mci_router.workforce.former import holds
from mci_router.workforce.schedules.asking import BEFORE, NEAR, Nearby
from mci_router.workforce.schedules.stints import DAY, Stint, instant, paid_hours

UNSOLVED = (SolvingState.WAITING, SolvingState.SOLVING)


async def schedule(session: AsyncSession, workspace: str, schedule_id: str, *, lock: bool = False) -> Schedule:
    """Returns a schedule. Raises NotFound."""
    query = select(Schedule).where(Schedule.workspace_id == workspace, Schedule.id == schedule_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no schedule {schedule_id!r}.")
    return found


async def schedules(
    session: AsyncSession, workspace: str, *, state: ScheduleState | None, after: str | None, limit: int
) -> Sequence[Schedule]:
    """Returns schedules, the newest first."""
    query = select(Schedule).where(Schedule.workspace_id == workspace)
    if state:
        query = query.where(Schedule.state == state)
    if after:
        query = query.where(Schedule.id < after)
    return (await session.scalars(query.order_by(Schedule.id.desc()).limit(limit))).all()


async def unsolved(session: AsyncSession, workspace: str) -> int:
    """Returns how many schedules of a workspace are still to be made."""
    mine = Schedule.workspace_id == workspace, Schedule.solving.in_(UNSOLVED)
    return await session.scalar(select(func.count()).where(*mine)) or 0


async def shift(session: AsyncSession, workspace: str, shift_id: str, *, lock: bool = False) -> Shift:
    """Returns a shift that is not cancelled. Raises NotFound."""
    query = select(Shift).where(Shift.workspace_id == workspace, Shift.id == shift_id, Shift.cancelled_at.is_(None))
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no shift {shift_id!r}, or it was cancelled.")
    return found


async def shifts(session: AsyncSession, workspace: str, schedule_id: str) -> Sequence[Shift]:
    """Returns the shifts of a schedule that are not cancelled, in the order in which they begin."""
    mine = Shift.workspace_id == workspace, Shift.schedule_id == schedule_id, Shift.cancelled_at.is_(None)
    return (await session.scalars(select(Shift).where(*mine).order_by(Shift.begins_at, Shift.agent, Shift.id))).all()


async def published(
    session: AsyncSession, workspace: str, since: datetime, until: datetime, agent: str | None = None
) -> Sequence[Shift]:
    """Returns the published shifts, of one agent or of all, of which a part is in [since, until)."""
    query = (
        select(Shift)
        .join(Schedule, Schedule.id == Shift.schedule_id)
        .where(
            Shift.workspace_id == workspace,
            Schedule.state == ScheduleState.PUBLISHED,
            Shift.cancelled_at.is_(None),
            Shift.begins_at < until,
            Shift.begins_at >= since - DAY,
            Shift.ends_at > since,
        )
    )
    if agent:
        query = query.where(Shift.agent == agent)
    return (await session.scalars(query.order_by(Shift.begins_at, Shift.agent, Shift.id))).all()


async def nearby(
    session: AsyncSession,
    snapshot: Snapshot,
    begins_on: date,
    ends_on: date,
    *,
    without: Collection[str] = (),
    of_schedule: str | None = None,
) -> Nearby:
    """Returns what stands around some days: published shifts and approved time off.

    Shifts of the ids `without` are left out, and those of the schedule `of_schedule`.
    """
    zone, workspace = snapshot.spec.zone, snapshot.workspace_id
    since, until = instant(begins_on - BEFORE, 0, zone), instant(ends_on + NEAR, 0, zone)
    around: dict[str, list[Stint]] = defaultdict(list)
    for one in await published(session, workspace, since, until):
        if one.id not in without and one.schedule_id != of_schedule:
            around[one.agent].append(stint_of(snapshot, one, fixed=True))
    return Nearby(around, await time_off(session, workspace, since, until))


async def time_off(
    session: AsyncSession, workspace: str, since: datetime, until: datetime
) -> dict[str, list[tuple[datetime, datetime]]]:
    """Returns approved time off of which a part is in [since, until), by agent."""
    query = select(TimeOff).where(
        TimeOff.workspace_id == workspace,
        TimeOff.state == TimeOffState.APPROVED,
        TimeOff.begins_at < until,
        TimeOff.ends_at > since,
        holds(TimeOff),
    )
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in await session.scalars(query):
        found[one.agent].append((one.begins_at, one.ends_at))
    return found


def stint_of(snapshot: Snapshot, one: Shift, *, fixed: bool = False) -> Stint:
    """Returns a shift as the rules see it."""
    hours = paid_hours(placed(one.pieces), snapshot.of(ActivitySpec))
    day = one.begins_at.astimezone(snapshot.spec.zone).date()
    return Stint(day, one.begins_at, one.ends_at, hours, frozenset(one.skills), fixed)


def placed(pieces: Sequence[dict[str, Any]]) -> list[tuple[str, datetime, datetime]]:
    """Returns pieces of a shift with their times, as the ledger has kept them."""
    times = ("begins_at", "ends_at")
    return [(one["activity"], *(datetime.fromisoformat(one[name]) for name in times)) for one in pieces]


def kept(pieces: Sequence[tuple[str, datetime, datetime]]) -> list[dict[str, Any]]:
    """Returns pieces of a shift as the ledger keeps them."""
    return [
        {"activity": activity, "begins_at": moment(begins), "ends_at": moment(ends)}
        for activity, begins, ends in pieces
    ]


def skills_of(row: Schedule, group: str | None) -> Sequence[str]:
    """Returns the skills that a group of a schedule's requirement takes; none of a group that it does not have."""
    return next((one["skills"] for one in row.asked["requirement"] if one["group"] == group), ())


def new_shift(
    of: Schedule,
    agent: str,
    pieces: Sequence[tuple[str, datetime, datetime]],
    *,
    template: str | None = None,
    group: str | None = None,
    skills: Collection[str] = (),
) -> Shift:
    """Returns a new shift of a schedule, from its pieces, which follow each other."""
    return Shift(
        id=new_id("shift"),
        workspace_id=of.workspace_id,
        schedule_id=of.id,
        agent=agent,
        template=template,
        group=group,
        skills=sorted(skills),
        begins_at=pieces[0][1],
        ends_at=pieces[-1][2],
        pieces=kept(pieces),
        sequence=0,
        changed_at=utc_now(),
    )


async def remove_shifts(session: AsyncSession, of: Schedule) -> None:
    """Removes all shifts of a draft."""
    mine = Shift.workspace_id == of.workspace_id, Shift.schedule_id == of.id
    await session.execute(delete(Shift).where(*mine))


def cancel(one: Shift) -> None:
    """Cancels a shift: calendars hear of it."""
    one.cancelled_at = one.changed_at = utc_now()
    one.sequence += 1
