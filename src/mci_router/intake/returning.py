"""Returning customers: one who left a line and comes back within its queue's window gets the old place, once.

A mere claim does not.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.intake.arrival import Decided

# The first transaction to update the newest contact that left takes it: two that come back at once share no place.
GIVE_BACK = text(
    """
    UPDATE contacts SET place_given_back = true
    FROM (
      SELECT w.contact, (
        SELECT c.id FROM contacts c
        WHERE c.workspace_id = w.workspace AND c.customer_id = w.customer
          AND c.queue = w.queue AND c.channel = w.channel
          AND c.state = 'abandoned' AND c.answered_at IS NULL AND c.ended_at >= w.since AND NOT c.place_given_back
        ORDER BY c.id DESC LIMIT 1
      ) AS id
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS w(contact text, workspace text, customer text, queue text, channel text, since timestamptz)
    ) left_line
    WHERE contacts.id = left_line.id AND NOT contacts.place_given_back
    RETURNING left_line.contact, COALESCE(contacts.place_since, contacts.enqueued_at)
    """
)


async def give_back_places(session: AsyncSession, decided: Sequence[Decided]) -> list[Decided]:
    """Returns each contact with its customer's old place in line.

    The customer must have left this queue, on this channel, within the queue's window.
    """
    rows = [_row(one) for one in decided if one.who.proven and one.route.queue and one.route.queue.return_window_s]
    if not rows:
        return list(decided)
    places = {
        contact: since for contact, since in await session.execute(GIVE_BACK, {"rows": json.dumps(rows)}) if since
    }
    return [_given_back(one, places) for one in decided]


def _given_back(one: Decided, places: dict[str, datetime]) -> Decided:
    since = places.get(one.arrival.id)
    if since is None:
        return one
    return one.because(
        f"place in line kept since {moment(since)}: the customer left it and came back", place_since=since
    )


def _row(one: Decided) -> dict[str, str]:
    queue, arrival = one.route.queue, one.arrival
    if queue is None:
        raise ValueError("only a contact that waits for an agent has a place in line")
    return {
        "contact": arrival.id,
        "workspace": arrival.workspace_id,
        "customer": one.customer.id,
        "queue": queue.name,
        "channel": arrival.channel,
        "since": (arrival.received_at - timedelta(seconds=queue.return_window_s)).isoformat(),
    }
