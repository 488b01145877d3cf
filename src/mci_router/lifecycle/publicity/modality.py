"""Modality: all that the public learns of a conversation that goes on in private is that the customer is answered
directly. It is said in a text of ours, once a contact, before the first private answer, whatever took it there.
"""

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.lifecycle.publicity.notices import notice_in
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import MAY_BE_PUBLIC

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


async def notice_due(database: Database, snapshot: Snapshot, contact: str) -> str | None:
    """Returns what is to be said in public before the customer of a contact is answered directly; None: nothing."""
    public = [name for name, one in snapshot.taking_messages.items() if MAY_BE_PUBLIC.intersection(one.channels)]
    rows = await database.read(DUE, snapshot.workspace_id, contact, public) if public else []
    return notice_in(rows[0]["language"]) if rows else None


async def wrote_directly(database: Database, workspace: str, contact: str) -> None:
    """Takes a conversation private whose customer goes on directly: an answer in public would show what it is about."""
    async with database.transaction() as session:
        await session.execute(TAKEN, {"workspace": workspace, "contact": contact, "now": utc_now()})
