"""Undoing: a move that the ledger has and the live state refuses leaves nothing in the contact's row."""

from sqlalchemy import delete

from mci_router.access.audit import Note
from mci_router.database import Database
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.rows import locked
from mci_router.models import Contact, Decision, Post
from mci_router.routing.engine import Engine
from mci_router.routing.live_contact import LiveContact
from mci_router.vocabulary import ContactState

LIVE_COLUMNS = ("state", "agent", "answered_at", "handled_at")


async def undo_move(
    database: Database, engine: Engine, current: OpenContact, decision: Decision, note: Note | None
) -> None:
    """Takes a contact back from the rung of a decision that the live state has never had: the row is as it was before,
    or as the live state has it by now. No other move is built on it: none begins while this one is on its way.
    """
    refused = current.contact
    async with database.transaction() as session:
        contact = await locked(session, refused.workspace_id, refused.id)
        live = await engine.contact(refused.workspace_id, refused.id)
        mine = Decision.workspace_id == contact.workspace_id, Decision.contact_id == contact.id
        await session.execute(delete(Decision).where(*mine, Decision.rung == decision.rung))
        if decision.route["post"]:
            await session.execute(delete(Post).where(Post.id == decision.route["post"]["id"]))
        if note:
            await note.undo(session)
        if contact.rung == decision.rung:
            _restore(contact, current, live)


def _restore(contact: Contact, current: OpenContact, live: LiveContact | None) -> None:
    """Gives the row its columns of before. The journal has skipped what it said of the rung below in the meantime."""
    undispatched = contact.state is ContactState.ACCEPTED
    for column, value in current.before.items():
        if undispatched or column not in LIVE_COLUMNS:
            setattr(contact, column, value)
    if undispatched and live and not live.state.final:
        contact.state, contact.agent = live.state, live.agent if live.assignment else None
        contact.assignment_id = live.assignment
        contact.answered_at, contact.handled_at = live.answered_at, live.handled_at
