"""Rewriting: a message is edited, which keeps what it said before, or redacted, which takes its words away everywhere.

Both are in the ledger before anybody hears of them; what a crash has left untold is told later.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, utc_now
from mci_router.conversations import decided_words
from mci_router.conversations.messages import COLUMNS, MessageData, first_message_of
from mci_router.conversations.outbox import Outbox
from mci_router.conversations.reading import some
from mci_router.conversations.telling import Telling
from mci_router.database import Database
from mci_router.errors import EditedTooOften, MessageRedacted, NotFound
from mci_router.events import EventType
from mci_router.ids import made_at
from mci_router.values import value
from mci_router.vocabulary import ContactState
from mci_router.webhooks.envelope import message_id

MOST_REVISIONS = 100
SLACK = timedelta(days=1)  # by which the clocks of two processes differ, and more

WHOSE = """
SELECT c.adapter, c.sensitive, c.sensitive OR c.taken_private_at IS NOT NULL AS direct, c.state
FROM contacts c WHERE c.workspace_id = $1 AND c.id = $2
"""
LOCKED = text(
    f"""
    SELECT {", ".join(COLUMNS)} FROM messages
    WHERE workspace_id = :workspace AND id = :message AND received_at >= :since FOR NO KEY UPDATE
    """  # noqa: S608 — made of names of ours
)
KEPT = text(
    """
    INSERT INTO message_revisions (workspace_id, case_id, message_id, revision, text, html, replaced_at, replaced_by)
    SELECT workspace_id, case_id, id, revision, text, html, :now, :by FROM messages
    WHERE id = :message AND received_at = :received_at
    """
)
EDITED = text(
    """
    UPDATE messages SET text = :text, html = NULL, revision = revision + 1, edited_at = :now
    WHERE id = :message AND received_at = :received_at
    """
)
REDACTED = text(
    """
    UPDATE messages SET text = '', html = NULL, attachments = NULL, redacted_at = :now, redacted_by = :by,
      redacted_why = :why
    WHERE id = :message AND received_at = :received_at
    """
)
FILES_GONE = text(
    """
    UPDATE attachments SET state = 'removing', name = '', next_at = :now
    WHERE workspace_id = :workspace AND message_id = :message
    """
)
EMPTIED = text("UPDATE message_revisions SET text = '', html = NULL WHERE message_id = :message")
UNNAMED = text(
    """
    UPDATE message_keys SET headers = headers - 'subject'
    WHERE received_at = :received_at AND message_id = :message AND headers IS NOT NULL
    """
)
COMPLETED = text(
    "SELECT id FROM events WHERE workspace_id = :workspace AND contact_id = :contact AND type = :completed"
)
UNNAMED_RECORDS = text(
    """
    UPDATE webhook_deliveries SET data = data #- '{record,subject}'
    WHERE webhook_id IN (SELECT id FROM webhooks WHERE workspace_id = :workspace) AND id = ANY(:ids)
      AND data #> '{record,subject}' IS NOT NULL
    """
)
"""The record of a completed contact, which a webhook may be sent once more, has its subject."""

# What a contact came with stands beside its first message, too; and what was judged has what its customer said later.
OF_CONTACT = text("UPDATE contacts SET text = :text WHERE id = :contact AND workspace_id = :workspace")
NOTHING_OF_CONTACT = text(
    """
    UPDATE contacts SET text = '', subject = NULL, attachments = '[]'
    WHERE id = :contact AND workspace_id = :workspace
    """
)
UNASKED = text(
    """
    UPDATE summary_consents s SET text = '', state = CASE s.state WHEN 'waiting' THEN 'expired' ELSE s.state END
    FROM message_keys y
    WHERE y.received_at = :received_at AND y.message_id = :message AND y.owner = 'summary'
      AND s.workspace_id = y.workspace_id AND s.id = y.key AND s.state <> 'agreed'
    """
)
"""A question about a summary is over once it says something else, or nothing. What a customer has agreed to is in
public, and can be hidden still.
"""

UNTOLD = text(
    """
    INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
    VALUES (:workspace, :message, :received_at, :redacted)
    """
)
REVISIONS = """
SELECT revision, text, html, replaced_at, replaced_by FROM message_revisions
WHERE workspace_id = $1 AND message_id = $2 ORDER BY revision LIMIT 200
"""

Beside = Callable[[AsyncSession], Awaitable[object]]
"""What is written in the same transaction."""


@value
class Found:
    """A message; the adapter by which its contact came, whether that is sensitive, and its state in the ledger.
    `direct`: its customer is answered in private.
    """

    message: MessageData
    adapter: str | None
    sensitive: bool
    direct: bool
    state: ContactState


async def find(database: Database, workspace: str, message: str) -> Found:
    """Returns a message of a workspace. Raises NotFound, DatabaseUnavailable."""
    said = (await some(database, workspace, [message])).get(message)
    if said is None:
        raise NotFound(f"There is no message {message!r} in this workspace.")
    (whose,) = await database.read(WHOSE, workspace, said["contact_id"])
    return Found(said, whose["adapter"], whose["sensitive"], whose["direct"], ContactState(whose["state"]))


async def revisions(database: Database, workspace: str, message: str) -> list[dict[str, Any]]:
    """Returns what a message said before, the oldest first: `{revision, text, html, replaced_at, replaced_by}`."""
    rows = await database.read(REVISIONS, workspace, message)
    return [{**dict(row), "replaced_at": moment(row["replaced_at"])} for row in rows]


class Rewriting:
    """Edits and redacts messages. Every method returns the message as it is now, and raises DatabaseUnavailable."""

    def __init__(self, database: Database, outbox: Outbox, telling: Telling, deliveries: Telling) -> None:
        """Takes the way to adapters, and by what the journal hears of edits and of what is carried once more."""
        self._database = database
        self._outbox = outbox
        self._telling = telling
        self._deliveries = deliveries

    async def edit(self, workspace: str, message: str, said: str, by: str) -> MessageData:
        """Has a message say something else. One that says that already is left as it is.

        Raises NotFound, MessageRedacted, EditedTooOften.
        """
        async with self._database.transaction() as session:
            await self._outbox.lock(session, workspace, message)
            row = await _locked(session, workspace, message)
            if row["redacted_at"] is not None:
                raise MessageRedacted
            if changes := row["text"] != said:
                if row["revision"] >= MOST_REVISIONS:
                    raise EditedTooOften
                about = {"message": message, "received_at": row["received_at"], "now": utc_now()}
                await session.execute(KEPT, {**about, "by": by})
                await session.execute(EDITED, {**about, "text": said})
                await session.execute(UNASKED, {"message": message, "received_at": row["received_at"]})
                await _beside(session, workspace, row, said, redacted=False)
                await self._outbox.carry_edit(session, workspace, message)
        return await self._told(workspace, message, changes=changes)

    async def redact(
        self, workspace: str, message: str, why: str, by: str, beside: Beside | None = None
    ) -> MessageData:
        """Takes a message's words away: from its revisions, its contact and its way to an adapter, too. What was
        redacted before stays as it is. `beside` is done in the same transaction.

        Raises NotFound.
        """
        async with self._database.transaction() as session:
            await self._outbox.lock(session, workspace, message)
            row = await _locked(session, workspace, message)
            if changes := row["redacted_at"] is None:
                about = {"message": message, "received_at": row["received_at"], "now": utc_now()}
                await session.execute(REDACTED, {**about, "by": by, "why": why})
                await session.execute(EMPTIED, {"message": message})
                await session.execute(UNNAMED, {"message": message, "received_at": row["received_at"]})
                await session.execute(UNASKED, {"message": message, "received_at": row["received_at"]})
                if row["attachments"]:
                    await session.execute(FILES_GONE, {"workspace": workspace, "message": message, "now": utc_now()})
                await _beside(session, workspace, row, "", redacted=True)
                await self._outbox.take_back(session, workspace, message)
                if beside:
                    await beside(session)
        return await self._told(workspace, message, changes=changes)

    async def _told(self, workspace: str, message: str, *, changes: bool) -> MessageData:
        if changes:
            self._outbox.hurry()
            await self._telling.tell(workspace)
            await self._deliveries.tell(workspace)
        return (await find(self._database, workspace, message)).message


async def _locked(session: AsyncSession, workspace: str, message: str) -> Mapping[str, Any]:
    named = {"workspace": workspace, "message": message, "since": made_at(message) - SLACK}
    row = (await session.execute(LOCKED, named)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no message {message!r} in this workspace.")
    return dict(row)


async def _unname_records(session: AsyncSession, contact: Mapping[str, Any]) -> None:
    events = await session.scalars(COMPLETED, {**contact, "completed": EventType.CONTACT_COMPLETED})
    if ids := [message_id(contact["workspace"], event) for event in events]:
        await session.execute(UNNAMED_RECORDS, {"workspace": contact["workspace"], "ids": ids})


async def _beside(session: AsyncSession, workspace: str, row: Mapping[str, Any], said: str, *, redacted: bool) -> None:
    """Writes what stands beside the message: in its contact, and for the journal."""
    contact = {"workspace": workspace, "contact": row["contact_id"]}
    if row["id"] == first_message_of(row["contact_id"]):
        if redacted:
            await session.execute(NOTHING_OF_CONTACT, contact)
            await session.execute(decided_words.ANSWERS_EMPTIED, contact)
            await _unname_records(session, contact)
        else:
            await session.execute(OF_CONTACT, {**contact, "text": said})
    if redacted and row["kind"] == "customer":
        await session.execute(decided_words.EMPTIED, {"contacts": [row["contact_id"]]})
    about = {"message": row["id"], "received_at": row["received_at"], "redacted": redacted}
    await session.execute(UNTOLD, {"workspace": workspace, **about})
