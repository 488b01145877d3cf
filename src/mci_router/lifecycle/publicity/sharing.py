"""Sharing: others ask the same, so what one customer was answered becomes an update for an incident's subscribers.

It passes the gate of all that becomes public; what agents wrote may be said again.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import NotFound, RevealsPrivate, StaysPrivate
from mci_router.incidents import store
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.lifecycle.publicity.private_words import private_words
from mci_router.models import Contact, Incident
from mci_router.specs.answers import DEFAULT_LANGUAGE
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import IncidentState

MOST_INCIDENTS = 50  # that an agent may choose from
Beside = Callable[[AsyncSession, Incident], Awaitable[None]]
"""What is written in the same transaction."""


async def must_reveal_nothing(database: Database, snapshot: Snapshot, contact_id: str, *texts: str) -> None:
    """Checks that texts for many reveal nothing of a contact, of which agents' words may be said again.

    Raises NotFound, StaysPrivate: there is no such contact, or it is sensitive; RevealsPrivate, with the places in the
    first text that reveals something.
    """
    async with database.transaction() as session:
        mine = Contact.workspace_id == snapshot.workspace_id, Contact.id == contact_id
        contact = await session.scalar(select(Contact).where(*mine))
        if contact is None:
            raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
        if contact.sensitive:
            raise StaysPrivate("The contact is sensitive: nothing of it is told to others.")
        words = await private_words(session, snapshot, contact, but_agents=True)
    for text in texts:
        if places := await words.revealed_by(text):
            raise RevealsPrivate.at([{"offset": one.offset, "length": one.length, "kind": one.kind} for one in places])


class Sharing:
    """Turns one answer into an update for many."""

    def __init__(self, database: Database, snapshots: Snapshots, incidents: OpenIncidents) -> None:
        self._database = database
        self._snapshots = snapshots
        self._incidents = incidents

    async def open_incidents(self, workspace: str) -> list[dict[str, str]]:
        """Returns the incidents whose subscribers can be told something, newest first: `{id, title}`."""
        async with self._database.transaction() as session:
            found = await store.incidents(
                session, workspace, state=IncidentState.OPEN, after=None, limit=MOST_INCIDENTS
            )
        return [{"id": one.id, "title": one.title} for one in found]

    async def inform(self, workspace: str, contact_id: str, incident_id: str, text: str, beside: Beside) -> None:
        """Sends an incident's subscribers a text in the contact's language. The same text as its last update is not
        sent again.

        Raises NotFound, StaysPrivate, RevealsPrivate; WrongState: the incident is not open.
        """
        snapshot = await self._snapshots.get(workspace)
        await must_reveal_nothing(self._database, snapshot, contact_id, text)
        async with self._database.transaction() as session:
            await store.lock_workspace(session, workspace)
            incident = await store.incident(session, workspace, incident_id, lock=True)
            status = {await _language(session, contact_id): text}
            if incident.status != status:
                await store.update(session, incident, status, expected_fix_at=None)
                await beside(session, incident)
        await self._incidents.changed(snapshot)


async def _language(session: AsyncSession, contact_id: str) -> str:
    return await session.scalar(select(Contact.language).where(Contact.id == contact_id)) or DEFAULT_LANGUAGE
