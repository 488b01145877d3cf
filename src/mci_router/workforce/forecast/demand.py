"""Demand: what comes to queues, counted by quarter-hours of UTC as forecasts learn from it.

A stay counts where it begins, if the contact comes from outside, or is sent there by a person; what overflows is demand
of the queue that it came to first. A customer who tries again within ten minutes, for the same topic or queue and not
yet answered, is no second arrival. Contacts of incidents are counted beside: there is no forecast of the next one.

A loop counts each quarter-hour once it is over, and the last two days again at midnight: what a router told the ledger
of late, and an incident that was declared late, are then in.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import NOUNS
from mci_router.specs.snapshot import Snapshot

RETRY = timedelta(minutes=10)

_EARLIEST = (
    f"'{NOUNS['contact']}_' || lpad(to_hex((extract(epoch FROM c.accepted_at) * 1000)::bigint - :back_ms), 12, '0')"
)
# Ids begin with the time at which they were made: the contacts of a customer since then are one range of an index.
_RETRY = f"""EXISTS (
    SELECT FROM contacts o WHERE o.workspace_id = c.workspace_id AND o.customer_id = c.customer_id
      AND o.id < c.id AND o.id >= {_EARLIEST} AND o.accepted_at >= c.accepted_at - CAST(:retry AS interval)
      AND (o.queue = s.queue OR o.topic = c.topic)
      AND (o.answered_at IS NULL OR o.answered_at > c.accepted_at))"""
_OF_INCIDENT = """(EXISTS (SELECT FROM incident_subscriptions i WHERE i.contact_id = c.id) OR EXISTS (
    SELECT FROM incidents i WHERE i.workspace_id = c.workspace_id AND i.state IN ('open', 'fixed') AND i.regions = '{}'
      AND c.accepted_at >= COALESCE(i.starts_at,
        LEAST(i.declared_at, CAST(i.evidence ->> 'since' AS timestamptz)), i.created_at)
      AND c.accepted_at < COALESCE(i.ends_at, i.fixed_at, 'infinity')
      AND (c.topic = ANY(i.topics) OR EXISTS (
        SELECT FROM jsonb_array_elements_text(CAST(:services AS jsonb) -> c.topic) AS has(service)
        WHERE lower(has.service) IN (SELECT lower(one) FROM unnest(i.services) AS one)))))"""
FROM_OUTSIDE = """(s.n = 1 OR EXISTS (
    SELECT FROM segments p WHERE p.workspace_id = s.workspace_id AND p.contact_id = s.contact_id AND p.n = s.n - 1
      AND p.left_as IN ('transferred', 'escalated')))"""
"""Whether the stay `s` is demand of its queue, and not that of another one or of the same a moment ago."""

DROP = text(
    "DELETE FROM interval_demand WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until"
)
COUNT = text(
    f"""
    INSERT INTO interval_demand (workspace_id, queue, channel, starts_at, arrivals, retries, of_incidents)
    SELECT :workspace, queue, channel, starts_at, count(*) FILTER (WHERE NOT retry AND NOT of_incident),
      count(*) FILTER (WHERE retry AND NOT of_incident), count(*) FILTER (WHERE of_incident)
    FROM (
      SELECT s.queue, s.channel, date_bin('15 minutes', s.entered_at, 'epoch') AS starts_at,
        s.n = 1 AND {_RETRY} AS retry, {_OF_INCIDENT} AS of_incident
      FROM segments s JOIN contacts c ON c.id = s.contact_id
      WHERE s.workspace_id = :workspace AND s.entered_at >= :since AND s.entered_at < :until AND {FROM_OUTSIDE}
    ) AS came GROUP BY queue, channel, starts_at
    """  # noqa: S608 — expressions above
)


async def count(session: AsyncSession, snapshot: Snapshot, since: datetime, until: datetime) -> None:
    """Counts the quarter-hours in [since, until), both bounds of one, in the transaction of the session. Idempotent."""
    period = {"workspace": snapshot.workspace_id, "since": since, "until": until}
    services = {name: topic.services for name, topic in snapshot.topics.items() if topic.services}
    back_ms = int((RETRY + timedelta(minutes=1)).total_seconds() * 1000)  # an id is made before its contact is accepted
    await session.execute(DROP, period)
    await session.execute(COUNT, period | {"services": json.dumps(services), "retry": RETRY, "back_ms": back_ms})
