"""Case threading: a contact joins the customer's open case of the same topic, or opens one.

A contact of unknown topic joins the conversation that it is part of, by its channel's reference; so does a claim,
whatever its topic.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival
from mci_router.models import Case

Conversation: TypeAlias = tuple[str, str, str]
"""Customer, channel, the channel's reference."""

# Two messages of a conversation that come at once are handled one after the other: both find one case.
ONE_BY_ONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (SELECT unnest(CAST(:keys AS text[])) AS key ORDER "
    "BY 1) k"
)
JOIN = text(
    """
    UPDATE cases SET contacts = cases.contacts + joined.coming, last_contact_at = joined.at
    FROM (
      SELECT w.customer, w.channel, w.ref, w.coming, w.at, latest.case_id
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) 
        AS w(workspace text, customer text, channel text, ref text, coming int, at timestamptz)
      CROSS JOIN LATERAL (
        SELECT c.case_id FROM contacts c
        WHERE c.workspace_id = w.workspace AND c.customer_id = w.customer
          AND c.channel_ref = w.ref AND c.channel = w.channel
          AND c.state NOT IN ('completed','abandoned','cancelled','resolved')
        ORDER BY c.id DESC LIMIT 1) AS latest) AS joined
    WHERE cases.id = joined.case_id AND cases.status = 'open'
    RETURNING joined.customer, joined.channel, joined.ref, cases.id
    """
)

WINDOW = timedelta(days=7)
"""A case without a new contact for this long is over: the next contact opens another."""


@dataclass(frozen=True, slots=True)
class Threaded:
    """The case a contact belongs to, and whether it was open before."""

    case_id: str
    came_back: bool


async def thread(session: AsyncSession, entries: Sequence[tuple[Arrival, str, str]]) -> list[Threaded]:
    """Returns the case of each (arrival, customer id, topic or ''). Two that belong together share one.

    The topic is '' if it is unknown, or the contact is a mere claim.
    """
    customers = {customer for _, customer, _ in entries}
    now = max(arrival.received_at for arrival, _, _ in entries)
    await session.execute(
        update(Case)
        .where(Case.customer_id.in_(customers), Case.status == "open", Case.last_contact_at < now - WINDOW)
        .values(status="closed", closed_at=now)
    )
    known = [entry for entry in entries if entry[2]]
    threaded = iter(await _thread_known(session, known) if known else [])
    conversations = await _join_conversations(
        session, [(arrival, customer) for arrival, customer, topic in entries if not topic]
    )
    cases = []
    for arrival, customer, topic in entries:
        conversation = _conversation(arrival, customer)
        case = next(threaded) if topic else conversations.get(conversation) if conversation else None
        cases.append(case or _open_unknown(session, arrival, customer))
        if conversation:
            conversations[conversation] = Threaded(cases[-1].case_id, came_back=False)
    await session.flush()
    return cases


def _conversation(arrival: Arrival, customer: str) -> Conversation | None:
    return (customer, arrival.channel, arrival.channel_ref) if arrival.channel_ref else None


async def _join_conversations(
    session: AsyncSession, entries: Sequence[tuple[Arrival, str]]
) -> dict[Conversation | None, Threaded]:
    """Returns the case of each conversation whose latest contact is open. The row lock keeps the case open."""
    coming = Counter(
        conversation for arrival, customer in entries if (conversation := _conversation(arrival, customer))
    )
    if not coming:
        return {}
    latest = {_conversation(arrival, customer): arrival for arrival, customer in entries}
    rows = [
        {
            "workspace": latest[conversation].workspace_id,
            "customer": conversation[0],
            "channel": conversation[1],
            "ref": conversation[2],
            "coming": number,
            "at": latest[conversation].received_at.isoformat(),
        }
        for conversation, number in sorted(coming.items())
    ]
    await session.execute(ONE_BY_ONE, {"keys": [json.dumps(conversation) for conversation in sorted(coming)]})
    joined = await session.execute(JOIN, {"rows": json.dumps(rows)})
    return {(customer, channel, ref): Threaded(case, came_back=False) for customer, channel, ref, case in joined}


def _open_unknown(session: AsyncSession, arrival: Arrival, customer: str) -> Threaded:
    """Opens a case for a contact of unknown topic."""
    now = arrival.received_at
    case = Case(
        id=new_id("case"), workspace_id=arrival.workspace_id, customer_id=customer, opened_at=now, last_contact_at=now
    )
    session.add(case)
    return Threaded(case.id, came_back=False)


async def _thread_known(session: AsyncSession, entries: Sequence[tuple[Arrival, str, str]]) -> list[Threaded]:
    firsts = {(customer, topic): arrival for arrival, customer, topic in reversed(entries)}
    coming = Counter((customer, topic) for _, customer, topic in entries)
    cases = await _find_or_open(session, firsts, coming)
    threaded, seen = [], set[str]()
    for _, customer, topic in entries:
        case_id, contacts = cases[customer, topic]
        was_open = contacts > coming[customer, topic]
        threaded.append(Threaded(case_id, came_back=was_open or case_id in seen))
        seen.add(case_id)
    return threaded


async def _find_or_open(
    session: AsyncSession, firsts: Mapping[tuple[str, str], Arrival], coming: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], tuple[str, int]]:
    """Returns case id and number of contacts by customer and topic.

    The row lock keeps the case open until the transaction ends.
    """
    rows = [
        {
            "id": new_id("case"),
            "workspace_id": arrival.workspace_id,
            "customer_id": customer,
            "topic": topic,
            "status": "open",
            "opened_at": arrival.received_at,
            "last_contact_at": arrival.received_at,
            "contacts": coming[customer, topic],
        }
        for (customer, topic), arrival in sorted(firsts.items(), key=lambda item: item[0])
    ]
    insert = upsert(Case)
    cases = await session.execute(
        insert.on_conflict_do_update(
            index_elements=["workspace_id", "customer_id", "topic"],
            # A literal: with a parameter a generic plan cannot find the index.
            index_where=text("status = 'open' AND topic <> ''"),
            set_={
                "last_contact_at": insert.excluded.last_contact_at,
                "contacts": Case.contacts + insert.excluded.contacts,
            },
        ).returning(Case.customer_id, Case.topic, Case.id, Case.contacts),
        rows,
    )
    return {(customer, topic): (case, contacts) for customer, topic, case, contacts in cases}
