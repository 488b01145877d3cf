"""Parting: the first step of an erasure, in one transaction, after which nothing leads to the person.

The customer's row, and those that were merged into it, say that they are no person, and lose all addresses; another one
without anything is there for their cases, which move to it afterwards (`leaving`). Who comes in at the same moment
either was first, or waits for the lock of the row: then intake finds that it is no person, and looks again. So does who
owns a case that was verified to be the person's; those few move here, or what comes in would join them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.customer_sessions import end_sessions
from mci_router.clock import utc_now
from mci_router.errors import CustomerBusy, CustomerMerged, NotFound
from mci_router.ids import new_id
from mci_router.intake import customer_records as records
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.identity import Address
from mci_router.intake.signed_in import signed_in_as
from mci_router.models import Customer, Erasure
from mci_router.privacy.leaving import OTHER_CASES, OTHERS
from mci_router.vocabulary import AddressKind, ErasureState, NoPerson, Trust

MOST_NAMED = 20
A_SECOND = timedelta(seconds=1)  # tokens that a site signs have whole ones, and the commit takes a moment
CHAIN = text(
    """
    WITH RECURSIVE chain(id) AS (
      SELECT id FROM customers WHERE workspace_id = :workspace AND id = :customer
      UNION SELECT c.id FROM chain JOIN customers c ON c.workspace_id = :workspace AND c.merged_into = chain.id)
    SELECT id FROM chain ORDER BY id
    """
)
BUSY = text(
    f"""
    SELECT 'contact' AS what, id FROM contacts
    WHERE workspace_id = :workspace AND customer_id = ANY(:customers) AND ended_at IS NULL
    UNION SELECT 'contact', id FROM contacts WHERE case_id = ANY(ARRAY({OTHER_CASES})) AND ended_at IS NULL
    UNION SELECT 'run', id FROM workflow_runs
    WHERE workspace_id = :workspace AND customer_id = ANY(:customers) AND ended_at IS NULL
    UNION SELECT 'run', r.id FROM contacts c JOIN workflow_runs r ON r.contact_id = c.id
    WHERE c.workspace_id = :workspace AND c.customer_id = ANY(:customers) AND r.ended_at IS NULL
    UNION SELECT 'run', r.id FROM contacts c JOIN workflow_runs r ON r.contact_id = c.id
    WHERE c.case_id = ANY(ARRAY({OTHER_CASES})) AND r.ended_at IS NULL
    ORDER BY id LIMIT :most
    """  # noqa: S608 — a constant
)
# In the order in which intake locks them.
OWNERS_LOCKED = text(
    f"""
    SELECT id FROM customers
    WHERE id IN (SELECT customer_id FROM cases WHERE id = ANY(ARRAY({OTHER_CASES}))) ORDER BY id FOR UPDATE
    """  # noqa: S608 — a constant
)
OTHERS_LOCKED = text(
    f"""
    SELECT id FROM cases WHERE id = ANY(ARRAY({OTHER_CASES})) ORDER BY id FOR UPDATE
    """  # noqa: S608 — a constant
)
# Nobody comes in as one who is no person. What others know these by goes with them.
PARTED = text(
    """
    UPDATE customers SET no_person = 'going', name = NULL, attributes = '{}', claim = NULL, trust = 'claimed'
    WHERE workspace_id = :workspace AND id = ANY(:customers)
    """
)
ADDRESSES_GONE = text(
    """
    DELETE FROM customer_addresses WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
    RETURNING kind, value
    """
)


async def find(session: AsyncSession, workspace: str, customer: str) -> Erasure | None:
    """Returns the erasure of a customer, or of one who was merged into it; None if nobody has asked for it."""
    query = select(Erasure).where(
        Erasure.workspace_id == workspace, Erasure.customers.op("@>")(cast([customer], ARRAY(Text)))
    )
    return await session.scalar(query.order_by(Erasure.id).limit(1))


async def part(session: AsyncSession, workspace: str, customer_id: str, by: str, fingerprints: Fingerprints) -> Erasure:
    """Begins an erasure.

    Raises:
        NotFound: there is no such customer.
        CustomerErased: it is what an erased one has left.
        CustomerMerged: the customer was merged into another: that one is to be named.
        CustomerBusy: contacts are open, or runs under way.
    """
    ids = await _locked(session, workspace, customer_id)
    whose = {"workspace": workspace, "customers": ids}
    await session.execute(OWNERS_LOCKED, whose)
    others = (await session.scalars(OTHERS_LOCKED, whose)).all()
    await _refuse_busy(session, workspace, ids)
    made = Erasure(
        id=new_id("erasure"),
        workspace_id=workspace,
        customer_id=customer_id,
        customers=ids,
        left_id=new_id("customer"),
        state=ErasureState.ERASING,
        asked_at=utc_now(),
        asked_by=by,
        next_at=utc_now(),
    )
    session.add(made)
    nobody: dict[str, Any] = {"attributes": {}, "trust": Trust.CLAIMED, "no_person": NoPerson.LEFT}
    session.add(Customer(id=made.left_id, workspace_id=workspace, **nobody))
    await session.flush()
    for part_of in OTHERS if others else ():
        while await part_of(session, made):
            pass
    await _let_go(session, made, fingerprints)
    return made


async def _locked(session: AsyncSession, workspace: str, customer_id: str) -> list[str]:
    """Returns the customer and those who were merged into it, locked: nobody comes in as one of them, nor is merged."""
    one = await records.person(session, workspace, customer_id)
    if into := one.merged_into:
        raise CustomerMerged(f"Customer {customer_id} was merged into {into}, who has the cases.", merged_into=into)
    known = {"workspace": workspace, "customer": customer_id}
    seen: list[str] = []
    while (ids := list(await session.scalars(CHAIN, known))) != seen:
        row = select(Customer.id).where(Customer.workspace_id == workspace, Customer.id.in_(ids))
        await session.execute(row.order_by(Customer.id).with_for_update())
        seen = ids
    if customer_id in ids:
        await session.refresh(one)
    if customer_id not in ids or one.no_person:  # another request has erased it meanwhile
        raise NotFound(f"There is no customer {customer_id!r} in this workspace.")
    if into := one.merged_into:
        raise CustomerMerged(f"Customer {customer_id} was merged into {into}, who has the cases.", merged_into=into)
    return ids


async def _refuse_busy(session: AsyncSession, workspace: str, ids: Sequence[str]) -> None:
    found = await session.execute(BUSY, {"workspace": workspace, "customers": ids, "most": MOST_NAMED})
    busy: dict[str, list[str]] = {"contact": [], "run": []}
    for what, name in found:
        busy[what].append(name)
    if any(busy.values()):
        raise CustomerBusy(contacts=busy["contact"], runs=busy["run"])


async def _let_go(session: AsyncSession, erasure: Erasure, fingerprints: Fingerprints) -> None:
    """Takes from the person all by which it is found: as many rows as it has addresses, however much it has said."""
    workspace = erasure.workspace_id
    these: dict[str, Any] = {"workspace": workspace, "customers": erasure.customers}
    await session.execute(PARTED, these)
    gone = await session.execute(ADDRESSES_GONE, these)
    addresses: set[Address] = {(AddressKind(kind), value) for kind, value in gone}
    for address in sorted(addresses):
        await records.reassign_lead(session, workspace, address)
    ended_at = utc_now() + A_SECOND
    for one in erasure.customers:
        await end_sessions(session, workspace, one, ended_at)
    for kind, value in addresses:
        if kind is AddressKind.EXTERNAL_ID:  # by a token that a site has signed before, it would come back at once
            await end_sessions(session, workspace, signed_in_as(fingerprints, workspace, value), ended_at)
