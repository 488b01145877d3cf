"""News of schedules: what binds agents is written down with the change itself, and journalled once that is committed.

Any process journals it; one that dies in between leaves the row, and the live state journals an event once.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms
from mci_router.database import Database
from mci_router.events import EventType
from mci_router.models import Schedule, ScheduleNews, Shift
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each_found
from mci_router.vocabulary import ShiftChange

BATCH = 50
PENDING = "EXISTS (SELECT FROM schedule_news)"
"""Whether there is news that is not journalled, in SQL."""


def of_schedule(session: AsyncSession, row: Schedule, event: EventType, shifts: Sequence[Shift]) -> None:
    """Writes down that a schedule was published, or withdrawn, with the shifts that it has."""
    agents = Counter(one.agent for one in shifts)
    facts = {
        "schedule": row.id,
        "begins_on": str(row.begins_on),
        "ends_on": str(row.ends_on),
        "shifts": len(shifts),
        "agents": len(agents),
    }
    session.add(ScheduleNews(workspace_id=row.workspace_id, event=event, facts=facts))


def of_shift(session: AsyncSession, shift: Shift, change: ShiftChange) -> None:
    """Writes down that a shift which binds its agent is there, is other than before, or is there no longer."""
    facts = {
        "schedule": shift.schedule_id,
        "shift": shift.id,
        "agent": shift.agent,
        "change": change,
        "begins_at": to_ms(shift.begins_at),
        "ends_at": to_ms(shift.ends_at),
    }
    session.add(ScheduleNews(workspace_id=shift.workspace_id, event=EventType.SHIFT_CHANGED, facts=facts))


class ScheduleEvents:
    """Journals what has been written down."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def turn(self) -> None:
        """Journals all there is. Raises EngineUnavailable when the others are journalled, if a shard is away."""
        await each_found(self._database, select(ScheduleNews.workspace_id), self._publish)

    async def _publish(self, workspace: str) -> None:
        """Journals that of one workspace, except what another process journals now. Raises EngineUnavailable."""
        query = select(ScheduleNews).where(ScheduleNews.workspace_id == workspace).order_by(ScheduleNews.id)
        async with self._database.transaction() as session:
            for row in await session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)):
                event = EventType(row.event).what
                await self._engine.journal_schedule(workspace, event, row.facts, command=f"{row.id}")
                await session.delete(row)
