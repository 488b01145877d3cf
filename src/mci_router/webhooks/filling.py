"""Filling of the outbox: an event enters the ledger and its deliveries the outbox in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.database import Lane
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import SensitiveContacts
from mci_router.webhooks import in_full
from mci_router.webhooks.envelope import message_id, public, subject_of
from mci_router.webhooks.filters import Filter

# Locks the webhooks, so that they stay active until the transaction ends: else a delivery could be added that nobody
# makes.
FILTERS = """
SELECT id, events, queues, channels, sensitive, in_full FROM webhooks
WHERE workspace_id = $1::jsonb ->> 'workspace' AND active ORDER BY id FOR SHARE
"""
NOT_SENSITIVE = """
SELECT id FROM contacts WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb)) AND NOT sensitive
"""
# A new delivery behind one that will be tried later need not be looked at sooner.
INSERT = """
INSERT INTO webhook_deliveries (webhook_id, id, type, at, subject, data, state, attempts, next_attempt_at)
SELECT h.id, e.id, e.type, e.at, e.subject, e.data, 'pending', 0, COALESCE(waiting.until, now())
FROM jsonb_to_recordset($1::jsonb)
  AS e(id text, type text, at timestamptz, subject text, data jsonb, webhooks jsonb)
CROSS JOIN LATERAL jsonb_array_elements_text(e.webhooks) AS h(id)
LEFT JOIN LATERAL (
  SELECT d.next_attempt_at AS until FROM webhook_deliveries d
  WHERE d.state = 'pending' AND d.subject = e.subject AND d.webhook_id = h.id ORDER BY d.id DESC LIMIT 1
) AS waiting ON true
ORDER BY e.id, h.id
ON CONFLICT DO NOTHING
"""


async def fill(lane: Lane, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Adds a delivery for each entry and each active webhook that takes it, in the transaction of the lane.
    Idempotent.
    """
    filters = {
        row["id"]: Filter(
            row["events"], row["queues"], row["channels"], SensitiveContacts(row["sensitive"]), row["in_full"]
        )
        for row in await lane.fetch(FILTERS, {"workspace": workspace})
    }
    if not filters:
        return
    open_to_all = await _not_sensitive(lane, entries)
    full = {webhook for webhook, taken in filters.items() if taken.in_full}
    records = await in_full.records(lane, workspace, entries) if full else {}
    rows = []
    for entry in entries:
        sensitive = bool(entry.contact) and entry.contact not in open_to_all
        if takers := [webhook for webhook, taken in filters.items() if taken.takes(entry, sensitive=sensitive)]:
            whole = full & set(takers) if entry.id in records else set()
            rows.append(_row(workspace, entry, sorted(set(takers) - whole)))
            rows.append(_row(workspace, entry, sorted(whole), record=records.get(entry.id)))
    if rows := [row for row in rows if row["webhooks"]]:
        await lane.fetch(INSERT, rows)


async def _not_sensitive(lane: Lane, entries: Sequence[JournalEntry]) -> set[str]:
    """Returns the contacts that are known not to be sensitive; all others count as sensitive."""
    contacts = {entry.contact for entry in entries if entry.contact}
    return {row["id"] for row in await lane.fetch(NOT_SENSITIVE, sorted(contacts))} if contacts else set()


def _row(
    workspace: str, entry: JournalEntry, takers: Sequence[str], record: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "id": message_id(workspace, entry.id),
        "type": entry.type,
        "at": entry.at,
        "subject": subject_of(entry.data),
        "data": public(entry.data) | ({"record": record} if record else {}),
        "webhooks": takers,
    }
