"""Removal: bytes go before their rows, so that a crash leaves neither a file that nobody knows of, nor a row that says
that it has one.

What is to go says so first: `removing`, `blocked`, or `uploading` for longer than any upload takes. Then its object is
removed, which may be done twice, and then the row, or what it says of the object.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.attachments.store import Store
from mci_router.database import Database
from mci_router.errors import AttachmentStoreUnavailable

log = logging.getLogger(__name__)

BATCH = 48
AT_ONCE = 8  # of a process: a store far away takes as long for one as for several
LEASE_S = 300  # of a batch: longer than a store takes that does not answer
LONGEST_PAUSE_S = 3_600
PENDING = """EXISTS (
  SELECT FROM attachments WHERE state IN ('uploading', 'blocked', 'removing') AND next_at <= now())"""

CLAIM = text(
    """
    UPDATE attachments a SET attempts = a.attempts + 1, next_at = now() + make_interval(secs => :lease_s)
    FROM (
      SELECT id FROM attachments WHERE state IN ('uploading', 'blocked', 'removing') AND next_at <= now()
      ORDER BY next_at LIMIT :limit FOR UPDATE SKIP LOCKED) AS due
    WHERE a.id = due.id RETURNING a.id, a.object, a.attempts
    """
)
# The account has what is in the store: each file leaves it once, with its object.
GONE = text(
    """
    WITH gone AS (
      UPDATE attachments SET object = NULL, preview = false, next_at = 'infinity'
      WHERE id = :id AND object IS NOT NULL RETURNING workspace_id, bytes),
    counted AS (
      UPDATE attachment_accounts k SET files = k.files - 1, bytes = k.bytes - gone.bytes
      FROM gone WHERE k.workspace_id = gone.workspace_id)
    SELECT count(*) FROM gone
    """
)
FORGET = text("DELETE FROM attachments WHERE id = :id AND object IS NULL AND state IN ('uploading', 'removing')")
LATER = text("UPDATE attachments SET next_at = now() + make_interval(secs => :pause_s) WHERE id = :id")

ORPHANS = text(
    """
    UPDATE attachments SET state = 'removing', name = '', next_at = now()
    WHERE message_id IS NULL AND created_at < now() - make_interval(secs => :keep_s)
      AND state NOT IN ('uploading', 'removing')
    """
)
# Of a workspace that is deleted the bytes are still there.
WITHOUT_WORKSPACE = text(
    """
    UPDATE attachments SET state = 'removing', name = '', next_at = now()
    WHERE state <> 'removing' AND workspace_id IN (
      SELECT workspace_id FROM attachment_accounts k
      WHERE NOT EXISTS (SELECT FROM workspaces w WHERE w.id = k.workspace_id))
    """
)
CLOSED = text(
    """
    DELETE FROM attachment_accounts k WHERE NOT EXISTS (SELECT FROM workspaces w WHERE w.id = k.workspace_id)
      AND NOT EXISTS (SELECT FROM attachments a WHERE a.workspace_id = k.workspace_id)
    """
)
OF_CUSTOMER = (
    text(  # who reads them hears of it
        """
        INSERT INTO untold_changes (workspace_id, message_id, received_at, redacted)
        SELECT :workspace, m.id, m.received_at, false FROM cases k JOIN messages m ON m.case_id = k.id
        WHERE k.workspace_id = :workspace AND k.customer_id = :customer AND m.attachments IS NOT NULL
        """
    ),
    text(
        """
        UPDATE messages m SET attachments = NULL FROM cases k
        WHERE k.workspace_id = :workspace AND k.customer_id = :customer AND m.case_id = k.id
          AND m.attachments IS NOT NULL
        """
    ),
    text(
        """
        UPDATE contacts SET attachments = '[]'
        WHERE workspace_id = :workspace AND customer_id = :customer AND attachments <> '[]'
        """
    ),
    text(
        """
        UPDATE attachments SET state = 'removing', name = '', next_at = now() WHERE workspace_id = :workspace
          AND message_id IS NULL AND uploaded_by = 'customer:' || :customer
        """
    ),
    text(
        """
        UPDATE attachments a SET state = 'removing', name = '', next_at = now() FROM cases k
        WHERE k.workspace_id = :workspace AND k.customer_id = :customer
          AND a.workspace_id = :workspace AND a.case_id = k.id
        """
    ),
)
"""What is done where all files of a customer are to go: of the customer's cases, and what the customer sent beside."""
UNSENT = text(
    """
    UPDATE attachments SET state = 'removing', name = '', next_at = now() WHERE id IN (
      SELECT id FROM attachments WHERE workspace_id = :workspace AND message_id IS NULL AND uploaded_by = ANY(:owners)
        AND state <> 'removing' LIMIT :most)
    """
)


async def erase(session: AsyncSession, workspace: str, customer: str) -> None:
    """Has all files of a customer removed, and all that messages and contacts say of them. Idempotent."""
    for statement in OF_CUSTOMER:
        await session.execute(statement, {"workspace": workspace, "customer": customer})


async def erase_unsent(session: AsyncSession, workspace: str, customers: Sequence[str], most: int) -> bool:
    """Has some files removed that customers have uploaded and no message has. Returns whether there may be more."""
    files = {"workspace": workspace, "owners": [f"customer:{one}" for one in customers], "most": most}
    removed = await session.execute(UNSENT, files)
    return bool(removed.rowcount >= most)  # type: ignore[attr-defined]


class Removal:
    """Removes files."""

    def __init__(self, database: Database, store: Store, *, orphans_keep_s: float) -> None:
        self._database = database
        self._store = store
        self._orphans_keep_s = orphans_keep_s

    async def turn(self) -> None:
        """Removes what is to go. Raises DatabaseUnavailable: the rest goes later."""
        full = True
        while full:
            async with self._database.transaction() as session:
                rows = (await session.execute(CLAIM, {"lease_s": LEASE_S, "limit": BATCH})).all()
            for some in (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)):
                gone = await asyncio.gather(*(self._has_no_bytes(row) for row in some))
                for row, is_gone in zip(some, gone, strict=True):
                    await self._write(row, is_gone)
            full = len(rows) == BATCH

    async def sweep(self) -> None:
        """Finds what no message has in time, and what is left of workspaces that are gone."""
        async with self._database.transaction() as session:
            await session.execute(ORPHANS, {"keep_s": self._orphans_keep_s})
            await session.execute(WITHOUT_WORKSPACE)
            await session.execute(CLOSED)
        await self.turn()

    async def _has_no_bytes(self, row: Any) -> bool:
        """Removes the bytes of a file; returns whether they are gone."""
        try:
            if row.object is not None:
                await self._store.remove(row.object)
        except AttachmentStoreUnavailable:
            return False
        return True

    async def _write(self, row: Any, is_gone: bool) -> None:
        async with self._database.transaction() as session:
            if is_gone:
                await session.execute(GONE, {"id": row.id})
                await session.execute(FORGET, {"id": row.id})
            else:
                pause_s = min(2.0 ** min(row.attempts, 12), LONGEST_PAUSE_S)
                await session.execute(LATER, {"id": row.id, "pause_s": pause_s})
