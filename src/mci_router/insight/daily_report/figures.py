"""The figures of a day, as the reports have them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.interval_reports import Wanted, arrivals, stays
from mci_router.insight.intervals import ReportInterval, boundaries, midnight
from mci_router.insight.levels import ServiceLevelKind, Stays
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

MOST_QUEUES = 1_000  # as many as a workspace may have


@value
class QueueOfDay:
    """A queue's day: its title, its goal, and its stays."""

    title: str
    goal: float | None
    stays: Stays

    @property
    def level(self) -> float | None:
        return self.stays.service_level(ServiceLevelKind.OURS)


@value
class DayFigures:
    """A day of a workspace: its queues, the one with the most first; and contacts accepted by hour: `(hour, contacts)`
    for each hour that the day has, by the workspace's clocks.
    """

    workspace: str
    day: date
    queues: Sequence[QueueOfDay]
    hours: Sequence[tuple[str, int]]

    @property
    def contacts(self) -> int:
        """Contacts that were accepted."""
        return sum(count for _, count in self.hours)


async def figures_of(session: AsyncSession, snapshot: Snapshot, day: date) -> DayFigures:
    """Returns the figures of a day of the workspace's zone."""
    zone = snapshot.spec.zone
    since, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)

    def wanted(interval: ReportInterval, by: tuple[str, ...]) -> Wanted:
        bounds = boundaries(interval, zone, since, until)
        return Wanted(snapshot.workspace_id, bounds, zone, interval, by, MOST_QUEUES)

    by_queue = (await stays(session, wanted(ReportInterval.DAY, ("queue",)))).rows
    by_hour = wanted(ReportInterval.HOUR, ())
    came = {place.interval: row["contacts"] for place, row in (await arrivals(session, by_hour)).rows}
    queues = [_queue(snapshot, place.values[0], counted) for place, counted in by_queue if counted.anything()]
    hours = [(_hour(at, snapshot), came.get(number, 0)) for number, at in enumerate(by_hour.bounds[:-1])]
    ordered = sorted(queues, key=lambda queue: (-queue.stays.offered, queue.title))
    return DayFigures(snapshot.spec.title, day, ordered, hours)


def _queue(snapshot: Snapshot, name: str, counted: Stays) -> QueueOfDay:
    spec = snapshot.queues.get(name)
    title = (spec.title if spec else None) or name.replace("_", " ")
    return QueueOfDay(title, spec.service_level.goal if spec else None, counted)


def _hour(at: datetime, snapshot: Snapshot) -> str:
    return f"{at.astimezone(snapshot.spec.zone):%H}"
