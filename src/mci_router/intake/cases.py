"""Case threading: a contact joins the customer's open case of the same topic, or opens one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival
from mci_router.models import Case

WINDOW = timedelta(days=7)
"""A case nobody wrote to for this long is over: what comes next is a new matter."""


@dataclass(frozen=True, slots=True)
class Threaded:
    """The case a contact belongs to, and whether it was open before."""

    case_id: str
    came_back: bool


async def thread(session: AsyncSession, entries: Sequence[tuple[Arrival, str, str]]) -> list[Threaded]:
    """The case of each (arrival, customer id, topic or ''). Two that belong together share one; an unknown topic opens its own."""
    customers = {customer for _, customer, _ in entries}
    now = max(arrival.received_at for arrival, _, _ in entries)
    await session.execute(
        update(Case)
        .where(Case.customer_id.in_(customers), Case.status == "open", Case.last_contact_at < now - WINDOW)
        .values(status="closed", closed_at=now)
    )
    known = [entry for entry in entries if entry[2]]
    threaded = iter(await _thread_known(session, known) if known else [])
    cases = [next(threaded) if topic else _open_unknown(session, arrival, customer) for arrival, customer, topic in entries]
    await session.flush()
    return cases


def _open_unknown(session: AsyncSession, arrival: Arrival, customer: str) -> Threaded:
    """What nobody understood yet belongs to no earlier matter."""
    now = arrival.received_at
    case = Case(id=new_id("case"), workspace_id=arrival.workspace_id, customer_id=customer, opened_at=now, last_contact_at=now)
    session.add(case)
    return Threaded(case.id, came_back=False)


async def _thread_known(session: AsyncSession, entries: Sequence[tuple[Arrival, str, str]]) -> list[Threaded]:
    firsts = {(customer, topic): arrival for arrival, customer, topic in reversed(entries)}
    coming = Counter((customer, topic) for _, customer, topic in entries)
    found = await _find_or_open(session, firsts, coming)
    threaded, seen = [], set[str]()
    for _, customer, topic in entries:
        case_id, contacts = found[customer, topic]
        was_open = contacts > coming[customer, topic]
        threaded.append(Threaded(case_id, came_back=was_open or case_id in seen))
        seen.add(case_id)
    return threaded


async def _find_or_open(
    session: AsyncSession, firsts: Mapping[tuple[str, str], Arrival], coming: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], tuple[str, int]]:
    """Case id and number of contacts by customer and topic. The row lock keeps the case open until this transaction ends."""
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
            index_where=text("status = 'open' AND topic <> ''"),  # a literal: with a parameter a generic plan cannot find the index
            set_={"last_contact_at": insert.excluded.last_contact_at, "contacts": Case.contacts + insert.excluded.contacts},
        ).returning(Case.customer_id, Case.topic, Case.id, Case.contacts),
        rows,
    )
    return {(customer, topic): (case, contacts) for customer, topic, case, contacts in cases}
