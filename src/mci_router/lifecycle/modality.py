"""Modality: a conversation that began in public is taken to a private chat, and back. Its case and history go along.

What was said keeps its visibility. The public learns one thing, in a text of ours and once a contact: that the customer
is answered directly. That is said before the first private answer, whatever took the conversation there.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from sqlalchemy import text

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.conversations.channel_ways import taking_messages
from mci_router.database import Database
from mci_router.errors import StaysPrivate, WrongState
from mci_router.lifecycle.parking import in_language
from mci_router.lifecycle.rows import locked
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import MAY_BE_PUBLIC, Modality, Visibility

NOTICE: Mapping[str, str] = {
    "en": "We write to you directly.",
    "de": "Wir schreiben Ihnen direkt.",
    "fr": "Nous vous écrivons directement.",
    "es": "Le escribimos directamente.",
    "it": "Le scriviamo direttamente.",
    "pt": "Escrevemos-lhe diretamente.",
    "nl": "We schrijven u rechtstreeks.",
    "pl": "Napiszemy do Państwa bezpośrednio.",
    "sv": "Vi skriver till dig direkt.",
    "da": "Vi skriver direkte til dig.",
    "cs": "Napíšeme vám přímo.",
    "tr": "Size doğrudan yazıyoruz.",
    "ja": "直接ご連絡いたします。",
}
"""All that is said in public to a customer who is answered directly."""

OF_NOTICES = "notice"
"""Whose keys of messages those of notices are. Nobody who sends messages is called so."""

DUE = f"""
SELECT language FROM contacts WHERE workspace_id = $1 AND id = $2 AND visibility = 'public' AND adapter = ANY($3)
  AND (sensitive OR taken_private_at IS NOT NULL) AND NOT EXISTS (SELECT FROM message_keys
    WHERE workspace_id = $1 AND owner = '{OF_NOTICES}' AND key = $2)
"""  # noqa: S608 — made of names of ours
TAKEN = text(
    """
    UPDATE contacts SET taken_private_at = :now WHERE workspace_id = :workspace AND id = :contact
      AND visibility = 'public' AND taken_private_at IS NULL
    """
)

Tell: TypeAlias = Callable[[str, str], Awaitable[None]]
"""Says in public that the customer of a workspace's contact is answered directly, unless it was said."""


class Modalities:
    """Takes conversations private, and back."""

    def __init__(self, database: Database, engine: Engine, tell: Tell) -> None:
        self._database = database
        self._engine = engine
        self._tell = tell

    async def move(self, workspace: str, contact_id: str, to: Modality, note: Note) -> None:
        """Takes a conversation that began in public to `one_to_one`, or back to `many_to_many`. Idempotent.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended.
            StaysPrivate: it did not begin in public, or is sensitive.
            EngineUnavailable, DatabaseUnavailable: nothing has changed.
        """
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            live = await self._engine.contact(workspace, contact_id)
            state, before = (live.state if live else contact.state), contact.modality
            if state.final:
                raise WrongState(f"The contact is {state}: its conversation is over.", state=state)
            if to is not Modality.ONE_TO_ONE and (contact.visibility is not Visibility.PUBLIC or contact.sensitive):
                raise StaysPrivate
            if before is not to:
                contact.taken_private_at = utc_now() if to is Modality.ONE_TO_ONE else None
                await note.record(session, {"modality": before})
        if to is Modality.ONE_TO_ONE:
            await self._tell(workspace, contact_id)


async def notice_due(database: Database, snapshot: Snapshot, contact: str) -> str | None:
    """Returns what is to be said in public before the customer of a contact is answered directly; None: nothing."""
    public = [name for name, one in taking_messages(snapshot).items() if MAY_BE_PUBLIC.intersection(one.channels)]
    rows = await database.read(DUE, snapshot.workspace_id, contact, public) if public else []
    return in_language(NOTICE, rows[0]["language"]) if rows else None


async def wrote_directly(database: Database, workspace: str, contact: str) -> None:
    """Takes a conversation private whose customer goes on directly: an answer in public would show what it is about."""
    async with database.transaction() as session:
        await session.execute(TAKEN, {"workspace": workspace, "contact": contact, "now": utc_now()})
