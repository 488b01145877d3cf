"""Happenings: what is broken for many, what was mended, and what maintenance is planned, as customers read it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from mci_router.clock import utc_now
from mci_router.models import Incident, IncidentUpdate
from mci_router.portal.visits import PageVisit
from mci_router.routing.policy.incidents import text_for
from mci_router.values import value
from mci_router.vocabulary import IncidentState

SHOWN_AFTER = timedelta(days=7)
MOST = 50
MOST_UPDATES = 20


@value
class Word:
    """What was said of an incident at some time."""

    text: str
    at: datetime


@value
class Happening:
    """An incident as customers read it. `earlier` are the words before the one in force, the latest first."""

    id: str
    title: str
    text: str | None
    regions: Sequence[str]
    since: datetime
    updated_at: datetime
    expected_fix_at: datetime | None
    fixed_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    earlier: Sequence[Word]

    def planned(self, now: datetime) -> bool:
        """Returns whether it is maintenance that is still to come, or under way."""
        return self.starts_at is not None and self.fixed_at is None and (self.ends_at is None or self.ends_at > now)

    def running(self, now: datetime) -> bool:
        return self.starts_at is not None and self.starts_at <= now


@value
class Happenings:
    """What is open, planned and past."""

    open: Sequence[Happening]
    planned: Sequence[Happening]
    past: Sequence[Happening]


async def happenings(visit: PageVisit) -> Happenings:
    """Returns what customers may read of incidents: nothing of those that are only proposed. Raises
    DatabaseUnavailable.
    """
    now = utc_now()
    fixed = (Incident.state == IncidentState.FIXED) & (Incident.fixed_at > now - SHOWN_AFTER)
    query = select(Incident).where(
        Incident.workspace_id == visit.workspace, or_(Incident.state == IncidentState.OPEN, fixed)
    )
    async with visit.parts.database.transaction() as session:
        rows = list(await session.scalars(query.order_by(Incident.id.desc()).limit(MOST)))
        said = select(IncidentUpdate).where(IncidentUpdate.incident_id.in_([row.id for row in rows]))
        updates = list(await session.scalars(said.order_by(IncidentUpdate.number.desc()).limit(MOST * MOST_UPDATES)))
    found = [_happening(visit.language, row, [one for one in updates if one.incident_id == row.id]) for row in rows]
    planned = sorted((one for one in found if one.planned(now)), key=lambda one: one.starts_at or now)
    running = [one for one in found if one.fixed_at is None and one.starts_at is None]
    over = sorted((one for one in found if one not in planned and one not in running), key=_ended, reverse=True)
    return Happenings(running, planned, over)


def _ended(one: Happening) -> datetime:
    return one.fixed_at or one.ends_at or one.updated_at


def _happening(language: str, row: Incident, updates: Sequence[IncidentUpdate]) -> Happening:
    told = [Word(text, one.created_at) for one in updates if (text := text_for(one.status, language))]
    now = text_for(row.status, language) if row.state is IncidentState.OPEN else told[0].text if told else None
    return Happening(
        row.id,
        row.title,
        now or text_for(row.status, language),
        row.regions,
        row.declared_at or row.created_at,
        row.updated_at,
        row.expected_fix_at,
        row.fixed_at if row.state is IncidentState.FIXED else None,
        row.starts_at,
        row.ends_at,
        [word for word in told[:MOST_UPDATES] if word.text != now],
    )
