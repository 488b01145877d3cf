"""What an agent sees of the schedules: the own shifts and requests, and of colleagues the shifts to swap with.

Of colleagues an agent learns when they work, which a swap needs, and nothing of their time off.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound, UnknownAgent
from mci_router.ids import earliest
from mci_router.insight.intervals import midnight
from mci_router.models import Shift, ShiftSwap, TimeOff
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import TimeOffState
from mci_router.workforce.adherence.planned import planned
from mci_router.workforce.adherence.timelines import Planned
from mci_router.workforce.former import both_present, present
from mci_router.workforce.schedules import store
from mci_router.workforce.schedules.people import able_on
from mci_router.workforce.schedules.swaps import OPEN

AHEAD = timedelta(days=28)  # shifts that a desk shows
KEPT = timedelta(days=30)  # for so long a request stays at the desk, from when it was asked, and from when it ended
MOST_SHIFTS, MOST_REQUESTS, MOST_COLLEAGUES = 100, 50, 200


@value
class OwnShift:
    """A shift of the agent, the local day on which it begins, and what is to be done in it, without time off."""

    shift: Shift
    day: date
    pieces: Sequence[Planned]


@value
class OwnSwap:
    """A swap that the agent has asked for, or is asked for, with both its shifts."""

    swap: ShiftSwap
    shift: Shift
    other_shift: Shift | None


@value
class OwnPlan:
    """What an agent's desk shows: today's local date, shifts from today on, and requests, those the newest first."""

    today: date
    shifts: Sequence[OwnShift]
    time_off: Sequence[TimeOff]
    swaps: Sequence[OwnSwap]


@value
class Colleague:
    """An agent who may take a shift, and whether that agent works at that time already."""

    name: str
    title: str
    works_then: bool


async def own_plan(session: AsyncSession, snapshot: Snapshot, agent: str, now: datetime) -> OwnPlan:
    """Returns an agent's shifts, time off and swaps."""
    zone = snapshot.spec.zone
    today = now.astimezone(zone).date()
    since, until = midnight(today, zone), now + AHEAD
    shifts = (await store.published(session, snapshot.workspace_id, since, until, agent))[:MOST_SHIFTS]
    pieces = (await planned(session, snapshot, (since, until), [agent])).get(agent, ())
    return OwnPlan(
        today,
        [OwnShift(one, one.begins_at.astimezone(zone).date(), _within(pieces, one)) for one in shifts],
        await _time_off(session, snapshot.workspace_id, agent, now),
        await _swaps(session, snapshot.workspace_id, agent, now),
    )


async def colleagues(session: AsyncSession, snapshot: Snapshot, agent: str, shift_id: str) -> list[Colleague]:
    """Returns who has the skills of an agent's shift, those first who are free then. Raises NotFound."""
    shift = await store.shift(session, snapshot.workspace_id, shift_id)
    if shift.agent != agent:
        raise NotFound(f"There is no shift {shift_id!r} of {agent}.")
    day = shift.begins_at.astimezone(snapshot.spec.zone).date()
    at_work = {one.agent for one in await store.published(session, shift.workspace_id, shift.begins_at, shift.ends_at)}
    found = [
        Colleague(one.name, one.title, one.name in at_work)
        for one in snapshot.agents.values()
        if one.name != agent and able_on(snapshot, one, day) >= set(shift.skills)
    ]
    return sorted(found, key=lambda one: (one.works_then, one.title))[:MOST_COLLEAGUES]


async def shifts_to_take(session: AsyncSession, snapshot: Snapshot, other: str, now: datetime) -> Sequence[Shift]:
    """Returns a colleague's shifts that have not begun. Raises UnknownAgent."""
    if other not in snapshot.agents:
        raise UnknownAgent(f"There is no agent {other!r}.")
    found = await store.published(session, snapshot.workspace_id, now, now + AHEAD, other)
    return [one for one in found if one.begins_at > now][:MOST_SHIFTS]


async def with_shifts(session: AsyncSession, swaps: Sequence[ShiftSwap]) -> list[OwnSwap]:
    """Returns swaps with their shifts, which may have changed hands since."""
    ids = {shift for one in swaps for shift in (one.shift_id, one.other_shift_id) if shift}
    workspaces = {one.workspace_id for one in swaps}
    query = select(Shift).where(Shift.workspace_id.in_(workspaces), Shift.id.in_(ids))
    shifts = {one.id: one for one in await session.scalars(query)} if ids else {}
    return [OwnSwap(one, shifts[one.shift_id], shifts.get(one.other_shift_id or "")) for one in swaps]


async def _time_off(session: AsyncSession, workspace: str, agent: str, now: datetime) -> Sequence[TimeOff]:
    """Returns what is to come or undecided, and what was asked or has ended lately."""
    open_or_to_come = or_(TimeOff.ends_at > now, TimeOff.state == TimeOffState.ASKED, TimeOff.decided_at > now - KEPT)
    query = select(TimeOff).where(
        TimeOff.workspace_id == workspace,
        TimeOff.agent == agent,
        present(TimeOff),
        or_(open_or_to_come, TimeOff.id >= earliest("time_off", now - KEPT)),
    )
    return (await session.scalars(query.order_by(TimeOff.id.desc()).limit(MOST_REQUESTS))).all()


async def _swaps(session: AsyncSession, workspace: str, agent: str, now: datetime) -> list[OwnSwap]:
    query = select(ShiftSwap).where(
        ShiftSwap.workspace_id == workspace,
        or_(ShiftSwap.agent == agent, ShiftSwap.other == agent),
        both_present(),
        or_(ShiftSwap.state.in_(OPEN), ShiftSwap.decided_at > now - KEPT, ShiftSwap.id >= earliest("swap", now - KEPT)),
    )
    found = await session.scalars(query.order_by(ShiftSwap.id.desc()).limit(MOST_REQUESTS))
    return await with_shifts(session, found.all())


def _within(pieces: Sequence[Planned], shift: Shift) -> list[Planned]:
    """Returns the part of a plan that is in a shift."""
    return [
        Planned(one.activity, max(one.begins_at, shift.begins_at), min(one.ends_at, shift.ends_at))
        for one in pieces
        if one.begins_at < shift.ends_at and one.ends_at > shift.begins_at
    ]
