"""Retention: messages go when their workspace no longer keeps them, with all that has their words.

A conversation that is open is kept whole. Months of which nothing is left are dropped with the other partitions.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.conversations import decided_words
from mci_router.database import Database
from mci_router.specs.snapshot import Snapshot

BATCH = 1_000

OLD = text(
    """
    SELECT m.id, m.received_at, m.contact_id FROM messages m
    WHERE m.workspace_id = :workspace AND m.received_at < :since AND m.id > :after
      AND NOT EXISTS (SELECT FROM contacts c WHERE c.id = m.contact_id AND c.ended_at IS NULL)
    ORDER BY m.id LIMIT :limit
    """
)
# The queue's rows before the messages, as everywhere.
GONE = (
    text("DELETE FROM outbound_messages WHERE message_id = ANY(:ids)"),
    text("DELETE FROM unannounced_messages WHERE message_id = ANY(:ids)"),
    text("DELETE FROM untold_changes WHERE message_id = ANY(:ids)"),
    text("DELETE FROM message_revisions WHERE message_id = ANY(:ids)"),
    text("DELETE FROM message_keys WHERE received_at = ANY(:times) AND message_id = ANY(:ids)"),
    text("DELETE FROM messages WHERE id = ANY(:ids) AND received_at = ANY(:times)"),
    text(
        """
        DELETE FROM summary_consents s WHERE contact_id = ANY(:contacts) AND NOT EXISTS (
          SELECT FROM message_keys y WHERE y.workspace_id = s.workspace_id AND y.owner = 'summary' AND y.key = s.id)
        """
    ),
    text("DELETE FROM guide_answers WHERE contact_id = ANY(:contacts)"),
    text("UPDATE attachments SET state = 'removing', name = '', next_at = now() WHERE message_id = ANY(:ids)"),
    text(
        """
        UPDATE contacts SET text = '', subject = NULL, attachments = '[]'
        WHERE id = ANY(:contacts) AND (text <> '' OR subject IS NOT NULL OR attachments <> '[]')
        """
    ),
    decided_words.EMPTIED,
)


async def forget(database: Database, workspace: str, keep_s: float, now: datetime | None = None) -> None:
    """Removes messages of a workspace that came more than `keep_s` seconds ago; none for 0. Idempotent.

    Raises DatabaseUnavailable: some are removed.
    """
    since, after, full = (now or utc_now()) - timedelta(seconds=keep_s), "", bool(keep_s)
    while full:
        about = {"workspace": workspace, "since": since, "after": after, "limit": BATCH}
        async with database.transaction() as session:
            rows = (await session.execute(OLD, about)).all()
            full = len(rows) == BATCH
            if not rows:
                return
            after = rows[-1].id
            old = {
                "ids": [row.id for row in rows],
                "times": [row.received_at for row in rows],
                "contacts": sorted({row.contact_id for row in rows}),
            }
            for statement in GONE:
                await session.execute(statement, {name: old[name] for name in old if f":{name}" in statement.text})


def shortest(snapshots: Iterable[Snapshot]) -> float:
    """Returns the least of the times for which workspaces keep messages, in seconds; 0 if all keep them for ever."""
    return min((keep for one in snapshots if (keep := one.spec.messages_keep_s)), default=0)
