"""What agents were to do, from the ledger: the published shifts, without time off that was approved."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_time import Span
from mci_router.models import Schedule, Shift, TimeOff
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec
from mci_router.vocabulary import Counts, ScheduleState, TimeOffState
from mci_router.workforce.adherence.timelines import Activity, Planned, plan, without
from mci_router.workforce.former import holds


async def planned(
    session: AsyncSession, snapshot: Snapshot, period: Span, agents: Collection[str] | None = None
) -> Mapping[str, Sequence[Planned]]:
    """Returns the plan of each agent, or of each of some, with a shift in the period, in order.

    Shifts that reach into it are whole.
    """
    shifts = select(Shift.agent, Shift.pieces, Shift.begins_at, Shift.ends_at).join(
        Schedule, Schedule.id == Shift.schedule_id
    )
    shifts = shifts.where(
        *_of(Shift, snapshot.workspace_id, period, agents),
        Schedule.state == ScheduleState.PUBLISHED,
        Shift.cancelled_at.is_(None),
    )
    rows = (await session.execute(shifts)).all()
    # A shift is whole: also the time off that was over before the period.
    whole = min([period[0], *(row.begins_at for row in rows)]), max([period[1], *(row.ends_at for row in rows)])
    off = await _time_off(session, snapshot.workspace_id, whole, agents)
    activities = activities_of(snapshot)
    found: dict[str, list[Planned]] = defaultdict(list)
    for row in rows:
        for piece in row.pieces:
            found[row.agent].extend(_pieces(piece, activities, off.get(row.agent, ())))
    return {name: plan(found[name]) for name in sorted(found)}


def activities_of(snapshot: Snapshot) -> Mapping[str, Activity]:
    """Returns the workspace's activities, by name."""
    return {
        one.name: Activity(one.name, one.counts is Counts.AVAILABLE, one.paid, frozenset(one.reasons))
        for one in snapshot.of(ActivitySpec).values()
    }


async def _time_off(
    session: AsyncSession, workspace: str, period: Span, agents: Collection[str] | None
) -> Mapping[str, Sequence[Span]]:
    query = select(TimeOff.agent, TimeOff.begins_at, TimeOff.ends_at)
    approved = TimeOff.state == TimeOffState.APPROVED
    query = query.where(*_of(TimeOff, workspace, period, agents), approved, holds(TimeOff))
    found: dict[str, list[Span]] = defaultdict(list)
    for row in await session.execute(query):
        found[row.agent].append((row.begins_at, row.ends_at))
    return found


def _of(table: type[Shift | TimeOff], workspace: str, period: Span, agents: Collection[str] | None) -> Iterator[Any]:
    yield from (table.workspace_id == workspace, table.begins_at < period[1], table.ends_at > period[0])
    if agents is not None:
        yield table.agent.in_(agents)


def _pieces(piece: Mapping[str, Any], activities: Mapping[str, Activity], off: Sequence[Span]) -> Iterator[Planned]:
    """Yields what is left of a piece. An activity that was deleted since is taken for work, as most are."""
    name = piece["activity"]
    activity = activities.get(name) or Activity(name, available=True)
    whole = datetime.fromisoformat(piece["begins_at"]), datetime.fromisoformat(piece["ends_at"])
    for since, until in without(whole, off):
        yield Planned(activity, since, until)
