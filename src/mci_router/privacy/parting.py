"""Parting: the first step of an erasure, in one transaction, after which nothing leads to the person.

The customer's row goes, with those that were merged into it, and one without anything takes its cases. Who comes in at
the same moment either was first, or finds no such customer and is another one: the ledger refuses a contact of a
customer who is gone, and intake looks again.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, cast, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.customer_sessions import end_sessions
from mci_router.attachments import removal
from mci_router.clock import utc_now
from mci_router.errors import CustomerBusy, CustomerMerged, NotFound
from mci_router.ids import new_id
from mci_router.intake import customer_records as records
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.identity import Address
from mci_router.intake.references import new_reference
from mci_router.intake.signed_in import signed_in_as
from mci_router.knowledge import gaps
from mci_router.lifecycle.answers.gaps import asker_of
from mci_router.models import Customer, CustomerAddress, Erasure
from mci_router.privacy.board import withdraw
from mci_router.vocabulary import AddressKind, ErasureState, Trust

AT_ONCE = 5_000  # rows of a statement: each is done long before the ledger gives up
MOST_NAMED = 20
CHAIN = text(
    """
    WITH RECURSIVE chain(id) AS (
      SELECT id FROM customers WHERE workspace_id = :workspace AND id = :customer
      UNION SELECT c.id FROM chain JOIN customers c ON c.workspace_id = :workspace AND c.merged_into = chain.id)
    SELECT id FROM chain ORDER BY id
    """
)
BUSY = text(
    """
    SELECT 'contact' AS what, id FROM contacts
    WHERE workspace_id = :workspace AND customer_id = ANY(:customers) AND ended_at IS NULL
    UNION ALL SELECT 'run', id FROM workflow_runs
    WHERE workspace_id = :workspace AND customer_id = ANY(:customers) AND ended_at IS NULL
    ORDER BY id LIMIT :most
    """
)
CASES = text("SELECT id FROM cases WHERE workspace_id = :workspace AND customer_id = ANY(:customers) ORDER BY id")
CASES_LEFT = text(
    """
    UPDATE cases k SET customer_id = :left, reference = w.reference, status = 'closed',
      closed_at = COALESCE(k.closed_at, :now), reopens_until = NULL
    FROM unnest(CAST(:cases AS text[]), CAST(:references AS text[])) AS w(id, reference) WHERE k.id = w.id
    """
)
VERIFIED = text(
    """
    UPDATE cases SET verified_as = NULL, verified_at = NULL
    WHERE workspace_id = :workspace AND verified_as = ANY(:customers)
    """
)
CONTACTS_LEFT = text(
    """
    UPDATE contacts SET customer_id = :left, identity = '{}', channel_ref = NULL, call = NULL, callback_phone = NULL,
      subject = NULL, context = '{}'
    WHERE id IN (
      SELECT id FROM contacts WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
      ORDER BY id LIMIT :most FOR UPDATE)
    """
)
RUNS_LEFT = text(
    """
    UPDATE workflow_runs SET customer_id = :left WHERE workspace_id = :workspace AND customer_id = ANY(:customers)
    """
)
COUNTS_GONE = text("DELETE FROM workflow_counts WHERE workspace_id = :workspace AND customer_id = ANY(:customers)")
GONE = text("DELETE FROM customers WHERE workspace_id = :workspace AND id = ANY(:customers)")


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
        CustomerMerged: the customer was merged into another: that one is to be named.
        CustomerBusy: contacts are open, or runs under way.
    """
    ids = await _locked(session, workspace, customer_id)
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
    session.add(Customer(id=made.left_id, workspace_id=workspace, attributes={}, trust=Trust.CLAIMED))
    await session.flush()
    await _let_go(session, made, fingerprints)
    return made


async def _locked(session: AsyncSession, workspace: str, customer_id: str) -> list[str]:
    """Returns the customer and those who were merged into it, locked: nobody comes in as one of them, nor is merged."""
    one = await records.customer(session, workspace, customer_id)
    if into := one.merged_into:
        raise CustomerMerged(f"Customer {customer_id} was merged into {into}, who has the cases.", merged_into=into)
    known = {"workspace": workspace, "customer": customer_id}
    seen: list[str] = []
    while (ids := list(await session.scalars(CHAIN, known))) != seen:
        row = select(Customer.id).where(Customer.workspace_id == workspace, Customer.id.in_(ids))
        await session.execute(row.order_by(Customer.id).with_for_update())
        seen = ids
    if customer_id not in ids:  # another request has erased it meanwhile
        raise NotFound(f"There is no customer {customer_id!r} in this workspace.")
    await session.refresh(one)
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
    """Takes from the person all that names it, and leaves its cases to nobody."""
    workspace = erasure.workspace_id
    of_all: dict[str, Any] = {"workspace": workspace, "customers": erasure.customers, "left": erasure.left_id}
    for one in erasure.customers:
        await removal.erase(session, workspace, one)
        await gaps.let_go(session, workspace, asker_of(fingerprints, workspace, one))
    await withdraw(session, workspace, erasure.customers)
    await _leave_cases(session, of_all)
    while (await session.execute(CONTACTS_LEFT, {**of_all, "most": AT_ONCE})).rowcount:  # type: ignore[attr-defined]
        pass
    for statement in (VERIFIED, RUNS_LEFT, COUNTS_GONE):
        await session.execute(statement, of_all)
    addresses = await _addresses(session, workspace, erasure.customers)
    await session.execute(GONE, of_all)
    for address in sorted(addresses):
        await records.reassign_lead(session, workspace, address)
    for one in erasure.customers:
        await end_sessions(session, workspace, one)
    for kind, value in addresses:
        if kind is AddressKind.EXTERNAL_ID:  # by a token that a site has signed before, it would come back at once
            await end_sessions(session, workspace, signed_in_as(fingerprints, workspace, value))


async def _leave_cases(session: AsyncSession, of_all: dict[str, Any]) -> None:
    """Closes the cases: nothing joins them any longer, and who still has a reference of them finds nothing by it."""
    cases = list(await session.scalars(CASES, of_all))
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        references = [new_reference() for _ in some]
        await session.execute(CASES_LEFT, {**of_all, "cases": some, "references": references, "now": utc_now()})


async def _addresses(session: AsyncSession, workspace: str, ids: Sequence[str]) -> set[Address]:
    row = CustomerAddress
    found = await session.execute(
        select(row.kind, row.value).where(row.workspace_id == workspace, row.customer_id.in_(ids))
    )
    return {(AddressKind(kind), value) for kind, value in found}
