"""Fills the outbox: what becomes an event in the ledger is, in the same transaction, a delivery for each webhook that
takes it.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact, Webhook
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import SensitiveContacts
from mci_router.webhooks.envelope import message_id, public, subject_of
from mci_router.webhooks.filters import Filter
from mci_router.webhooks.outbox import plan_anew

# Behind a delivery that will be tried later, a new one need not be looked at sooner.
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
    """Adds a delivery for each entry and each active webhook that takes it; entries that came before change nothing."""
    filters = await _filters(session, workspace)
    if not filters:
        return
    open_to_all = await _not_sensitive(session, entries)
    rows = []
    for entry in entries:
        sensitive = bool(entry.contact) and entry.contact not in open_to_all
        if takers := [webhook for webhook, taken in filters.items() if taken.takes(entry, sensitive=sensitive)]:
            rows.append(_row(workspace, entry, takers))
    if rows:
        await plan_anew(session)
        subjects = sorted({row["subject"] for row in rows})
        await session.execute(INSERT, {"rows": json.dumps(rows), "subjects": subjects})


async def _filters(session: AsyncSession, workspace: str) -> dict[str, Filter]:
    """Of the active webhooks, which stay so until the transaction ends: none ends up with deliveries that nobody makes."""
    query = (
        select(Webhook.id, Webhook.events, Webhook.queues, Webhook.channels, Webhook.sensitive)
        .where(Webhook.workspace_id == workspace, Webhook.active)
        .order_by(Webhook.id)
        .with_for_update(read=True)
    )
    return {
        row.id: Filter(row.events, row.queues, row.channels, SensitiveContacts(row.sensitive))
        for row in await session.execute(query)
    }


async def _not_sensitive(session: AsyncSession, entries: Sequence[JournalEntry]) -> set[str]:
    """What is not known to be harmless counts as sensitive."""
    contacts = {entry.contact for entry in entries if entry.contact}
    if not contacts:
        return set()
    return set(await session.scalars(select(Contact.id).where(Contact.id.in_(contacts), Contact.sensitive.is_(False))))


def _row(workspace: str, entry: JournalEntry, takers: Sequence[str]) -> dict[str, Any]:
    return {
        "id": message_id(workspace, entry.id),
        "type": entry.type,
        "at": entry.at.isoformat(),
        "subject": subject_of(entry.data),
        "data": public(entry.data),
        "webhooks": takers,
    }
