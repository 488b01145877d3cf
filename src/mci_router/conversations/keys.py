"""Keys by which messages are written once: they are kept for as long as a sender may repeat itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mci_router.clock import utc_now
from mci_router.database import Database

KEEP = timedelta(days=90)
FORGET = "DELETE FROM message_keys WHERE received_at < $1"
WRITTEN_WITH = """
SELECT k.key, m.id AS message_id, m.contact_id, m.case_id, c.channel_ref FROM message_keys k
JOIN messages m ON m.id = k.message_id AND m.received_at = k.received_at
JOIN contacts c ON c.id = m.contact_id
WHERE k.workspace_id = $1 AND k.owner = $2 AND k.key = ANY($3)
"""
SENT_BY = """
SELECT o.message_id, o.contact_id, o.case_id, c.channel_ref FROM outbound_messages o
JOIN contacts c ON c.id = o.contact_id
WHERE o.workspace_id = $1 AND o.adapter = $2 AND o.message_id = ANY($3)
"""

# A customer who is not a mere claim has proven the address, too; else any writer of a contact could name it.
WENT_FROM_THE_PORTAL = """
SELECT c.channel_ref, c.customer_id, u.trust = 'claimed' AS claimed FROM outbound_messages o
JOIN contacts c ON c.id = o.contact_id JOIN customers u ON u.id = c.customer_id
WHERE o.workspace_id = $1 AND o.adapter = $2 AND o.message_id = $3
  AND c.workspace_id = $1 AND c.channel = 'web' AND c.channel_ref IS NOT NULL
  AND EXISTS (SELECT FROM jsonb_array_elements(c.identity -> 'addresses') AS a
    WHERE a ->> 'kind' IN ('email', 'phone') AND a ->> 'value' = ANY($4))
  AND (u.trust = 'claimed' OR EXISTS (SELECT FROM customer_addresses a WHERE a.workspace_id = $1
    AND a.customer_id = c.customer_id AND a.trust <> 'claimed' AND a.kind <> 'external_id' AND a.value = ANY($4)))
"""


async def forget(database: Database) -> None:
    """Forgets keys that are older than 90 days; their messages stay. Idempotent. Raises DatabaseUnavailable."""
    await database.read(FORGET, utc_now() - KEEP)


async def written_with(
    database: Database, workspace: str, owner: str, keys: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Returns by key the messages that an owner has written, as `{message_id, contact_id, case_id, channel_ref}`.

    Raises DatabaseUnavailable.
    """
    rows = await database.read(WRITTEN_WITH, workspace, owner, list(keys)) if keys else ()
    return {row["key"]: _place(row) for row in rows}


async def sent_by(database: Database, workspace: str, adapter: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Returns messages that went to an adapter, in the same form. Raises DatabaseUnavailable."""
    return [_place(row) for row in await database.read(SENT_BY, workspace, adapter, list(ids))] if ids else []


async def sent_for_portal(
    database: Database, workspace: str, adapter: str, message: str, addresses: Sequence[str]
) -> dict[str, Any] | None:
    """Returns the conversation of the help portal whose message went to one of the addresses by an adapter, as
    `{channel_ref, customer_id, claimed}`; None if there is none. Raises DatabaseUnavailable.
    """
    rows = await database.read(WENT_FROM_THE_PORTAL, workspace, adapter, message, list(addresses)) if addresses else ()
    return dict(rows[0]) if rows else None


def _place(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("message_id", "contact_id", "case_id", "channel_ref")}
