"""Feeds: the secret addresses at which agents' calendars read their shifts. Only the hash of a token is kept."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import NotFound, UnknownAgent
from mci_router.models import CalendarFeed, Schedule, Shift
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ShiftTemplateSpec
from mci_router.values import value
from mci_router.vocabulary import ScheduleState
from mci_router.workforce.schedules.calendar import Entry
from mci_router.workforce.schedules.store import placed

PATH = "/calendar/"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
BYTES = 32
KEPT = timedelta(days=30)
"""How long shifts stay in calendars after their end."""

MOST_ENTRIES = 2_000
FIND = """
  SELECT workspace_id, agent FROM calendar_feeds f WHERE token = $1 AND NOT EXISTS (SELECT FROM resources r
    WHERE r.workspace_id = f.workspace_id AND r.kind = 'agent' AND r.name = f.agent AND r.created_at > f.created_at)
"""
MAKE = text(
    """
    INSERT INTO calendar_feeds (workspace_id, agent, token) VALUES (:workspace, :agent, :token)
    ON CONFLICT (workspace_id, agent) DO UPDATE SET token = excluded.token, created_at = now()
    """
)


@value
class Feed:
    """Whose calendar a token opens."""

    workspace: str
    agent: str


async def renew(session: AsyncSession, snapshot: Snapshot, agent: str) -> str:
    """Gives an agent a new token; the one before opens nothing any longer. Returns it. Raises UnknownAgent."""
    if agent not in snapshot.agents:
        raise UnknownAgent(f"There is no agent {agent!r}.")
    token = secrets.token_urlsafe(BYTES)
    known = {"workspace": snapshot.workspace_id, "agent": agent, "token": hash_of(token)}
    await session.execute(MAKE, known)
    return token


async def end(session: AsyncSession, workspace: str, agent: str) -> None:
    """Closes an agent's feed. Raises NotFound."""
    mine = CalendarFeed.workspace_id == workspace, CalendarFeed.agent == agent
    gone = await session.scalar(delete(CalendarFeed).where(*mine).returning(CalendarFeed.agent))
    if gone is None:
        raise NotFound(f"The agent {agent!r} has no feed.")


async def found(database: Database, token: str) -> Feed:
    """Returns whose calendar a token opens: not that of who has a former agent's name now. Raises NotFound."""
    rows = await database.read(FIND, hash_of(token))
    if not rows:
        raise NotFound("There is no such calendar.")
    return Feed(rows[0]["workspace_id"], rows[0]["agent"])


async def entries(session: AsyncSession, snapshot: Snapshot, agent: str) -> list[Entry]:
    """Returns the shifts of an agent's calendar: those that bind, and those that did."""
    query = (
        select(Shift)
        .join(Schedule, Schedule.id == Shift.schedule_id)
        .where(
            Shift.workspace_id == snapshot.workspace_id,
            Shift.agent == agent,
            Schedule.state != ScheduleState.DRAFT,
            Shift.begins_at > utc_now() - KEPT,
        )
        .order_by(Shift.begins_at)
        .limit(MOST_ENTRIES)
    )
    rows: Sequence[Shift] = (await session.scalars(query)).all()
    templates = snapshot.of(ShiftTemplateSpec)
    return [_entry(row, templates.get(row.template or "")) for row in rows]


def _entry(row: Shift, template: ShiftTemplateSpec | None) -> Entry:
    return Entry(
        row.id,
        template.title if template else "Shift",
        row.begins_at,
        row.ends_at,
        placed(row.pieces),
        row.sequence,
        row.changed_at,
        row.cancelled_at is not None,
    )


def hash_of(token: str) -> bytes:
    """Returns what the ledger keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
