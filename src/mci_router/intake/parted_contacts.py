"""Contacts that joined an older case of the other customer while two were one: at a split they go back in a case of
their own, with what was said in them.

A contact that is open stays where its agent has it.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import new_id
from mci_router.intake.references import new_reference
from mci_router.models import Case, Contact, Customer, CustomerMerge

MOST_CONTACTS = 10_000
FIRST = text(
    """
    UPDATE contacts SET case_id = :new, customer_id = :customer WHERE id = ANY(:contacts)
    """
)
# Messages keep their numbers, which are in order in any case that has some of them.
THEN = [
    text(f"UPDATE {table} SET case_id = :new WHERE case_id = :old AND contact_id = ANY(:contacts)")  # noqa: S608 — ours
    for table in ("messages", "outbound_messages", "attachments", "automatic_answers")
]
THEN += [
    text(
        """
        UPDATE message_revisions SET case_id = :new
        WHERE case_id = :old AND message_id IN (SELECT id FROM messages WHERE case_id = :new)
        """
    ),
    text(
        """
        INSERT INTO read_marks (workspace_id, case_id, party, up_to_seq, at)
        SELECT workspace_id, :new, party, up_to_seq, at FROM read_marks WHERE case_id = :old
        """
    ),
]

Addresses = Collection[tuple[str, str]]


async def part_contacts(
    session: AsyncSession,
    merged: CustomerMerge,
    customer: Customer,
    cases: Sequence[Case],
    theirs: Addresses,
    others: Addresses,
) -> list[str]:
    """Gives a customer back the contacts that came since the merge by `theirs` and by none of the `others`, in older
    `cases` of the other. Returns the ids of the cases that it has for them now.
    """
    query = select(Contact.id, Contact.case_id, Contact.identity, Contact.accepted_at).where(
        Contact.workspace_id == merged.workspace_id,
        Contact.case_id.in_([case.id for case in cases]),
        Contact.accepted_at >= merged.merged_at,
        Contact.ended_at.is_not(None),
    )
    came: dict[str, list[Any]] = {}
    for row in await session.execute(query.order_by(Contact.id).limit(MOST_CONTACTS)):
        used = {(one["kind"], one["value"]) for one in row.identity.get("addresses", []) if one["value"]}
        if used.intersection(theirs) and not used.intersection(others):
            came.setdefault(row.case_id, []).append(row)
    return [await _part(session, customer, case, came[case.id]) for case in cases if case.id in came]


async def _part(session: AsyncSession, customer: Customer, case: Case, contacts: Sequence[Any]) -> str:
    made = Case(
        id=new_id("case"),
        reference=new_reference(),
        workspace_id=case.workspace_id,
        customer_id=customer.id,
        topic="" if await _has_open(session, customer, case) else case.topic,
        status=case.status,
        closed_at=case.closed_at,
        opened_at=min(one.accepted_at for one in contacts),
        last_contact_at=max(one.accepted_at for one in contacts),
        contacts=len(contacts),
        last_seq=case.last_seq,
    )
    case.contacts -= len(contacts)
    session.add(made)
    await session.flush()
    which = {"new": made.id, "old": case.id, "contacts": [one.id for one in contacts], "customer": customer.id}
    for statement in (FIRST, *THEN):
        await session.execute(statement, which)
    return made.id


async def _has_open(session: AsyncSession, customer: Customer, case: Case) -> bool:
    query = select(Case.id).where(Case.workspace_id == case.workspace_id, Case.customer_id == customer.id)
    return bool(await session.scalar(query.where(Case.topic == case.topic, Case.status == "open").limit(1)))
