"""Waiting: the contacts that wait in a queue, the longest wait first."""

from datetime import datetime

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.models import Contact
from mci_router.routing.engine import Engine
from mci_router.values import value
from mci_router.vocabulary import Channel, ContactState


@value
class Waits:
    """A contact that waits, `since` when, as if in one go."""

    id: str
    state: ContactState
    channel: Channel
    subject: str | None
    topic: str | None
    language: str | None
    priority: int
    urgent: bool
    since: datetime
    due_at: datetime | None
    late: bool


async def waiting_in(
    engine: Engine, database: Database, workspace: str, queue: str, limit: int, sensitive: bool
) -> list[Waits]:
    """Returns up to `limit` contacts of a queue; `sensitive`: also those.

    Raises EngineUnavailable, DatabaseUnavailable.
    """
    since = await engine.longest_waiting(workspace, queue, limit)
    lives = dict(zip(since, await engine.contacts(workspace, list(since)), strict=True))
    async with database.transaction() as session:
        query = select(Contact).where(Contact.workspace_id == workspace, Contact.id.in_(list(since)))
        rows = {row.id: row for row in await session.scalars(query)}
    now = utc_now()
    return [
        Waits(
            id=id_,
            state=live.state,
            channel=row.channel,
            subject=row.subject,
            topic=row.topic,
            language=row.language,
            priority=row.priority,
            urgent=row.urgent,
            since=since[id_],
            due_at=due_at,
            late=due_at is not None and due_at < now,
        )
        for id_, live in lives.items()
        if live and (row := rows.get(id_)) and (sensitive or not row.sensitive)
        for due_at in (live.where_it_waits.due_at,)
    ]
