"""Filling of the outbox: an event enters the ledger and its deliveries the outbox in one transaction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact, Webhook
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import SensitiveContacts
from mci_router.webhooks import in_full
from mci_router.webhooks.envelope import message_id, public, subject_of
from mci_router.webhooks.filters import Filter
from mci_router.webhooks.outbox import plan_each_time

# A new delivery behind one that will be tried later need not be looked at sooner.
INSERT = text(
    """
    WITH waiting AS (
      SELECT d.webhook_id, d.subject, max(d.next_attempt_at) AS until FROM webhook_deliveries d
      WHERE d.state = 'pending' AND d.subject = ANY(:subjects)
      GROUP BY d.webhook_id, d.subject)
    INSERT INTO webhook_deliveries (webhook_id, id, type, at, subject, data, state, attempts, next_attempt_at)
    SELECT h.id, e.id, e.type, e.at, e.subject, e.data, 'pending', 0, COALESCE(waiting.until, now())
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS e(id text, type text, at timestamptz, subject text, data jsonb, webhooks jsonb)
    CROSS JOIN LATERAL jsonb_array_elements_text(e.webhooks) AS h(id)
    LEFT JOIN waiting ON waiting.webhook_id = h.id AND waiting.subject = e.subject
    ORDER BY e.id, h.id
    ON CONFLICT DO NOTHING
    """
)


async def fill(session: AsyncSession, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Adds a delivery for each entry and each active webhook that takes it. Idempotent."""
    filters = await _filters(session, workspace)
    if not filters:
        return
    open_to_all = await _not_sensitive(session, entries)
    full = {webhook for webhook, taken in filters.items() if taken.in_full}
    records = await in_full.records(session, workspace, entries) if full else {}
    rows = []
    for entry in entries:
        sensitive = bool(entry.contact) and entry.contact not in open_to_all
        if takers := [webhook for webhook, taken in filters.items() if taken.takes(entry, sensitive=sensitive)]:
            whole = full & set(takers) if entry.id in records else set()
            rows.append(_row(workspace, entry, sorted(set(takers) - whole)))
            rows.append(_row(workspace, entry, sorted(whole), record=records.get(entry.id)))
    if rows := [row for row in rows if row["webhooks"]]:
        await plan_each_time(session)
        subjects = sorted({row["subject"] for row in rows})
        await session.execute(INSERT, {"rows": json.dumps(rows), "subjects": subjects})


async def _filters(session: AsyncSession, workspace: str) -> dict[str, Filter]:
    """Returns the filters of the active webhooks, by id.

    Locks the webhooks, so that they stay active until the transaction ends: else a delivery could be added that
    nobody makes.
    """
    query = (
        select(Webhook.id, Webhook.events, Webhook.queues, Webhook.channels, Webhook.sensitive, Webhook.in_full)
        .where(Webhook.workspace_id == workspace, Webhook.active)
        .order_by(Webhook.id)
        .with_for_update(read=True)
    )
    return {
        row.id: Filter(row.events, row.queues, row.channels, SensitiveContacts(row.sensitive), row.in_full)
        for row in await session.execute(query)
    }


async def _not_sensitive(session: AsyncSession, entries: Sequence[JournalEntry]) -> set[str]:
    """Returns the contacts that are known not to be sensitive; all others count as sensitive."""
    contacts = {entry.contact for entry in entries if entry.contact}
    if not contacts:
        return set()
    return set(await session.scalars(select(Contact.id).where(Contact.id.in_(contacts), Contact.sensitive.is_(False))))


def _row(
    workspace: str, entry: JournalEntry, takers: Sequence[str], record: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "id": message_id(workspace, entry.id),
        "type": entry.type,
        "at": entry.at.isoformat(),
        "subject": subject_of(entry.data),
        "data": public(entry.data) | ({"record": record} if record else {}),
        "webhooks": takers,
    }
