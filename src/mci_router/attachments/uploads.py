"""Uploads: a file comes in, is looked at, and is kept. Its row is there before its bytes: none are lost sight of.

The row says `uploading` until the store has the bytes. A process that dies in between leaves such a row, and so does a
store that fails: upkeep removes whatever the store has under its name, and then the row.
"""

import asyncio
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from mci_router.attachments.links import new_key
from mci_router.attachments.previews import Previews
from mci_router.attachments.spool import Spool
from mci_router.attachments.store import OF_A_PREVIEW, Store
from mci_router.attachments.types import type_of
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import (
    AttachmentsFull,
    AttachmentStoreUnavailable,
    DatabaseUnavailable,
    InvalidRequest,
    NotFound,
    TooManyUploads,
)
from mci_router.ids import new_id
from mci_router.settings import Settings
from mci_router.turns import Turns
from mci_router.values import value
from mci_router.vocabulary import AttachmentState

OF_A_SENDER = 8  # under way or waiting for their turn

# Two that come at once must not both be the last that a sender may have: each counts once the other's row is there.
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('uploads of ' || :workspace || ' ' || :sender, 0))")

# One statement: the bytes are counted where they fit, and then there is a row.
BEGIN = text(
    """
    WITH unused AS (
      SELECT count(*) AS number FROM attachments
      WHERE workspace_id = :workspace AND uploaded_by = :sender AND message_id IS NULL),
    account AS (
      INSERT INTO attachment_accounts AS k (workspace_id, files, bytes)
      SELECT :workspace, 1, CAST(:bytes AS bigint)
      WHERE (SELECT number FROM unused) < CAST(:most AS bigint) AND CAST(:bytes AS bigint) <= CAST(:room AS bigint)
      ON CONFLICT (workspace_id) DO UPDATE SET files = k.files + 1, bytes = k.bytes + excluded.bytes
      WHERE k.bytes + excluded.bytes <= CAST(:room AS bigint) RETURNING 1),
    made AS (
      INSERT INTO attachments (id, workspace_id, uploaded_by, object, name, content_type, bytes, sha256, key, blocks,
        state, created_at, next_at)
      SELECT :id, :workspace, :sender, :object, :name, :content_type, CAST(:bytes AS bigint), :sha256, :key, :blocks,
        'uploading', :now, :lost_at FROM account RETURNING 1)
    SELECT (SELECT count(*) FROM made) AS made, (SELECT number FROM unused) AS unused
    """
)
KEPT = text(
    """
    UPDATE attachments SET state = :state, preview = :preview, next_at = :now
    WHERE id = :id AND workspace_id = :workspace AND state = 'uploading' RETURNING *
    """
)
GIVEN_UP = text(
    "UPDATE attachments SET next_at = now() + make_interval(secs => :after_s) WHERE id = :id AND state = 'uploading'"
)
FIND = "SELECT * FROM attachments a WHERE id = $1 AND workspace_id = $2 AND state NOT IN ('uploading', 'removing')"
BY_ID = "SELECT * FROM attachments a WHERE id = $1"  # of any workspace: the link names the file alone
SENSITIVE = "SELECT FROM contacts WHERE workspace_id = $1 AND id = $2 AND sensitive"
ACCOUNT = "SELECT files, bytes FROM attachment_accounts WHERE workspace_id = $1"
LOST_AFTER = timedelta(hours=1)  # an upload that has not ended since then never will
GIVEN_UP_AFTER_S = 300  # a store that answered too late may still write what it was sent


@value
class Sent:
    """A file as it is sent: by whom, under what clean name, and of what type it is said to be. `scanned`: the workspace
    has it scanned; `blocks`: it is not used before.
    """

    workspace: str
    sender: str
    name: str
    said_type: str
    scanned: bool = False
    blocks: bool = False


class Uploads:
    """Takes files in, and finds them again."""

    def __init__(self, settings: Settings, database: Database, hurry: Callable[[], None] = lambda: None) -> None:
        """Takes where the rows go; `hurry` has what is to be scanned be scanned at once."""
        self.store = Store(settings.attachments_url, settings.data_dir)
        self._settings = settings
        self._database = database
        self._previews = Previews()
        self._hurry = hurry
        places = settings.attachment_uploads_at_once
        self._turns = Turns(places, of_each=max(1, places // 2))
        self._of_senders: dict[tuple[str, str], int] = {}

    async def take(self, sent: Sent, pieces: AsyncIterable[bytes]) -> dict[str, Any]:
        """Keeps a file, and returns its row.

        Raises:
            AttachmentTooLarge, AttachmentTypeMismatch, InvalidRequest: it is none that is taken.
            AttachmentsFull, TooManyUploads: there is no room for it.
            AttachmentStoreUnavailable, DatabaseUnavailable: it is not kept.
        """
        whose = (sent.workspace, sent.sender)
        if self._of_senders.get(whose, 0) >= OF_A_SENDER and not _is_of_a_key(sent):
            raise TooManyUploads
        self._of_senders[whose] = self._of_senders.get(whose, 0) + 1
        try:
            async with self._turns.turn(sent.workspace):
                with Spool(self._settings.attachment_most_bytes) as spool:
                    async with asyncio.timeout(self._settings.attachment_timeout_s):
                        await spool.fill(pieces)
                    return await self._keep(sent, spool)
        finally:
            self._of_senders[whose] -= 1
            if not self._of_senders[whose]:
                del self._of_senders[whose]

    async def find(self, workspace: str, attachment: str, owner: str | None = None) -> dict[str, Any]:
        """Returns the row of an attachment; with `owner`, only of that sender's.

        Raises NotFound, DatabaseUnavailable.
        """
        rows = await self._database.read(FIND, attachment, workspace)
        if not rows or (owner is not None and rows[0]["uploaded_by"] != owner):
            raise NotFound(f"There is no attachment {attachment!r} in this workspace.")
        return dict(rows[0])

    async def linked(self, attachment: str) -> dict[str, Any] | None:
        """Returns the row of an attachment that a link names; None if there is none. Raises DatabaseUnavailable."""
        rows = await self._database.read(BY_ID, attachment)
        return dict(rows[0]) if rows else None

    async def is_sensitive(self, workspace: str, contact: str) -> bool:
        """Returns whether a contact is sensitive."""
        return bool(await self._database.read(SENSITIVE, workspace, contact))

    async def account(self, workspace: str) -> tuple[int, int]:
        """Returns how many files a workspace keeps, and their bytes."""
        rows = await self._database.read(ACCOUNT, workspace)
        return (rows[0]["files"], rows[0]["bytes"]) if rows else (0, 0)

    async def _keep(self, sent: Sent, spool: Spool) -> dict[str, Any]:
        if not spool.bytes:
            raise InvalidRequest(
                "body: is empty: send the bytes of the file", errors=[{"where": "body", "problem": "empty"}]
            )
        content_type = type_of(spool.head, sent.said_type, sent.name)
        attachment = new_id("attachment")
        name = f"{sent.workspace}/{attachment}"
        await self._begin(attachment, name, sent, content_type, spool)
        preview = await self._previews.of(sent.workspace, content_type, spool.file)
        spool.file.seek(0)
        try:
            await self.store.put(name, spool.file)
            if preview:
                await self.store.put(name + OF_A_PREVIEW, preview)
        except AttachmentStoreUnavailable:
            await self._give_up(attachment)
            raise
        state = AttachmentState.SCANNING if sent.scanned else AttachmentState.STORED
        about = {"id": attachment, "workspace": sent.workspace, "state": state, "preview": preview is not None}
        async with self._database.transaction() as session:
            row = (await session.execute(KEPT, {**about, "now": utc_now()})).mappings().one_or_none()
        if row is None:  # it took longer than any upload does, or all of its customer's are to go
            await self.store.remove(name)
            raise AttachmentStoreUnavailable
        if sent.scanned:
            self._hurry()
        return dict(row)

    async def _give_up(self, attachment: str) -> None:
        """Has what the store may have of an upload removed soon: it counts until then, and who sent it tries again.

        While the ledger is away, too, it goes as what a process that dies leaves.
        """
        with suppress(DatabaseUnavailable):
            async with self._database.transaction() as session:
                await session.execute(GIVEN_UP, {"id": attachment, "after_s": GIVEN_UP_AFTER_S})

    async def _begin(self, attachment: str, name: str, sent: Sent, content_type: str, spool: Spool) -> None:
        """Writes the row, and counts the bytes. Raises AttachmentsFull, TooManyUploads."""
        now, bounds = utc_now(), self._settings
        most = 2**31 if _is_of_a_key(sent) else bounds.attachments_unused_most
        about = {
            "id": attachment,
            "workspace": sent.workspace,
            "sender": sent.sender,
            "object": name,
            "name": sent.name,
            "content_type": content_type,
            "bytes": spool.bytes,
            "sha256": spool.sha256,
            "key": new_key(),
            "blocks": sent.blocks,
            "now": now,
            "lost_at": now + LOST_AFTER,
            "most": most,
            "room": bounds.attachments_of_workspace_bytes,
        }
        async with self._database.transaction() as session:
            if not _is_of_a_key(sent):
                await session.execute(ALONE, {"workspace": sent.workspace, "sender": sent.sender})
            row = (await session.execute(BEGIN, about)).one()
        if not row.made:
            raise TooManyUploads if row.unused >= most else AttachmentsFull


def _is_of_a_key(sent: Sent) -> bool:
    """Returns whether a key sends it: the rates bound those, and one key may speak for all customers."""
    return sent.sender.startswith(("key:", "adapter:"))
