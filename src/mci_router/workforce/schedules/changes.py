"""Changes of schedules: by hand, published, withdrawn. A draft may break rules; what binds agents only where somebody
accepts it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import InvalidRequest, ScheduleBinds, ScheduleNotReady, UnknownAgent
from mci_router.events import EventType
from mci_router.models import Schedule, Shift
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec
from mci_router.values import value
from mci_router.vocabulary import ScheduleState, ShiftChange, SolvingState
from mci_router.workforce.bounds import room_for_shift
from mci_router.workforce.schedules import news, store
from mci_router.workforce.schedules.breaches import Breach
from mci_router.workforce.schedules.checking import check, must_keep
from mci_router.workforce.schedules.patterns import follows_on
from mci_router.workforce.schedules.stints import DAY, instant

Pieces = Sequence[tuple[str, datetime, datetime]]


@value
class Wanted:
    """What is to become of a shift; None leaves a member as it is.

    New times without new pieces move the pieces along; they keep the shift's length.
    """

    agent: str | None = None
    begins_at: datetime | None = None
    pieces: Pieces | None = None
    group: str | None = None


async def publish(session: AsyncSession, snapshot: Snapshot, row: Schedule, *, accepted: bool) -> list[Breach]:
    """Publishes a draft: it binds its agents. Returns the rules that it breaks.

    Raises ScheduleNotReady, ScheduleBinds; RulesBroken unless it is `accepted`.
    """
    must_be_ready(row)
    if row.state is not ScheduleState.DRAFT:
        raise ScheduleBinds(f"The schedule is {row.state} already.")
    shifts = await store.shifts(session, row.workspace_id, row.id)
    found = await check(session, snapshot, shifts, of_schedule=row.id)
    must_keep(found, accepted=accepted)
    row.state, row.published_at = ScheduleState.PUBLISHED, utc_now()
    news.of_schedule(session, row, EventType.SCHEDULE_PUBLISHED, shifts)
    return found


async def withdraw(session: AsyncSession, row: Schedule) -> None:
    """Cancels all shifts of a published schedule. Raises ScheduleNotReady."""
    if row.state is not ScheduleState.PUBLISHED:
        raise ScheduleNotReady(f"The schedule is {row.state}: only a published one is withdrawn.")
    shifts = await store.shifts(session, row.workspace_id, row.id)
    for one in shifts:
        store.cancel(one)
    row.state = ScheduleState.WITHDRAWN
    news.of_schedule(session, row, EventType.SCHEDULE_WITHDRAWN, shifts)


def must_be_ready(row: Schedule) -> None:
    """Raises ScheduleNotReady for a schedule that is still being made, and for one that was withdrawn."""
    if row.solving in store.UNSOLVED:
        raise ScheduleNotReady("The schedule is still being made. Wait until `solving` is solved, or cancel it.")
    if row.state is ScheduleState.WITHDRAWN:
        raise ScheduleNotReady("The schedule was withdrawn. Make another.")
    if row.state is ScheduleState.DRAFT and row.solving is SolvingState.FAILED:
        raise ScheduleNotReady(f"The schedule could not be made: {row.problem}.")


async def add(session: AsyncSession, snapshot: Snapshot, row: Schedule, made: Shift, *, accepted: bool) -> list[Breach]:
    """Adds a shift to a schedule. Returns the rules that its agent's shifts break then.

    Raises ScheduleNotReady, InvalidRequest, UnknownAgent, TooManyResources; RulesBroken in a published one, unless it
    is `accepted`.
    """
    must_be_ready(row)
    must_be_sound(snapshot, row, made)
    await room_for_shift(session, row)
    session.add(made)
    if row.state is ScheduleState.PUBLISHED:
        news.of_shift(session, made, ShiftChange.ADDED)
    await session.flush()
    return await _checked(session, snapshot, row, made, accepted=accepted)


async def change(
    session: AsyncSession, snapshot: Snapshot, row: Schedule, shift: Shift, wanted: Wanted, *, accepted: bool
) -> tuple[Shift, list[Breach]]:
    """Changes a shift by hand. Returns it, and the rules that its agent's shifts break then.

    One that is published and is given to another agent is cancelled, and made again for that one: each calendar hears
    of its own shifts alone. Raises what `add` raises.
    """
    must_be_ready(row)
    pieces = wanted.pieces or store.placed(shift.pieces)
    if wanted.begins_at:
        by = wanted.begins_at - pieces[0][1]
        pieces = [(activity, begins + by, ends + by) for activity, begins, ends in pieces]
    agent, happens = wanted.agent or shift.agent, ShiftChange.CHANGED
    if agent != shift.agent and row.state is ScheduleState.PUBLISHED:
        shift, happens = _passed(session, row, shift, agent), ShiftChange.ADDED
    shift.agent, shift.pieces = agent, store.kept(pieces)
    shift.begins_at, shift.ends_at = pieces[0][1], pieces[-1][2]
    if wanted.group:
        shift.group, shift.skills = wanted.group, [*store.skills_of(row, wanted.group)]
    shift.sequence, shift.changed_at = shift.sequence + 1, utc_now()
    must_be_sound(snapshot, row, shift)
    if row.state is ScheduleState.PUBLISHED:
        news.of_shift(session, shift, happens)
    await session.flush()
    return shift, await _checked(session, snapshot, row, shift, accepted=accepted)


async def remove(session: AsyncSession, row: Schedule, shift: Shift) -> None:
    """Removes a shift of a draft; one that is published is cancelled: calendars hear of it."""
    if row.state is ScheduleState.DRAFT:
        await session.delete(shift)
        return
    store.cancel(shift)
    if row.state is ScheduleState.PUBLISHED:
        news.of_shift(session, shift, ShiftChange.CANCELLED)


def hand_over(session: AsyncSession, row: Schedule, shift: Shift, agent: str) -> Shift:
    """Cancels a published shift, and makes it again for another agent, of which both hear. Returns that one."""
    made = _passed(session, row, shift, agent)
    news.of_shift(session, made, ShiftChange.ADDED)
    return made


def _passed(session: AsyncSession, row: Schedule, shift: Shift, agent: str) -> Shift:
    made = store.new_shift(
        row, agent, store.placed(shift.pieces), template=shift.template, group=shift.group, skills=shift.skills
    )
    store.cancel(shift)
    news.of_shift(session, shift, ShiftChange.CANCELLED)
    session.add(made)
    return made


async def _checked(
    session: AsyncSession, snapshot: Snapshot, row: Schedule, shift: Shift, *, accepted: bool
) -> list[Breach]:
    if row.state is ScheduleState.PUBLISHED:
        found = await check(session, snapshot, [shift], without=[shift.id])
        must_keep(found, accepted=accepted)
        return found
    mine = [one for one in await store.shifts(session, row.workspace_id, row.id) if one.agent == shift.agent]
    return await check(session, snapshot, mine, of_schedule=row.id)


def must_be_sound(snapshot: Snapshot, row: Schedule, shift: Shift) -> None:
    """Raises UnknownAgent, and InvalidRequest for pieces with gaps, of unknown activities, or beyond the schedule."""
    if shift.agent not in snapshot.agents:
        raise UnknownAgent(f"There is no agent {shift.agent!r}.")
    pieces, zone = store.placed(shift.pieces), snapshot.spec.zone
    first, behind = instant(row.begins_on, 0, zone), instant(row.ends_on + DAY, 0, zone)
    known = snapshot.of(ActivitySpec)
    if not follows_on(pieces) or any(begins >= ends for _, begins, ends in pieces):
        raise _bad("body.pieces", "must follow each other without a gap")
    if unknown := next((activity for activity, _, _ in pieces if activity not in known), None):
        raise _bad("body.pieces", f"there is no activity named {unknown!r}")
    if shift.ends_at - shift.begins_at > DAY:
        raise _bad("body.pieces", "are longer than a day in all")
    if not first <= shift.begins_at < behind:
        raise _bad("body.begins_at", f"is not within the schedule, {row.begins_on} to {row.ends_on}")


def _bad(where: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"{where}: {problem}.", errors=[{"where": where, "problem": problem}])


def facts(shift: Shift) -> dict[str, Any]:
    """Returns what the audit trail says of a shift."""
    times = {"begins_at": shift.begins_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    return {"agent": shift.agent, **times, "pieces": list(shift.pieces)}
