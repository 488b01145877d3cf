"""Owners of addresses, as the ledger has them: which customer leads an address, and which addresses are whose."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database_errors import Raced, lost_race
from mci_router.intake.identity import Address, Ownership, OwnershipKey, Person, Register
from mci_router.models import Customer, CustomerAddress
from mci_router.values import value
from mci_router.vocabulary import AddressKind

OWNERS_OF = """
  SELECT a.customer_id, a.lead FROM customer_addresses a
  WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.value AND a.trust <> 'claimed'
  ORDER BY a.lead DESC LIMIT 2
"""
"""Two rows of the address `w` say all: which customer leads it, and whether others have it as well."""

OWNERS = text(
    f"""
    SELECT w.workspace, w.kind, w.value, owner.customer_id, owner.lead
    FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w(workspace text, kind text, value text)
    CROSS JOIN LATERAL ({OWNERS_OF}) AS owner
    """  # noqa: S608 — made of a constant
)


def put_rows(rows: str) -> str:
    """Returns the SQL that writes which customers own which addresses; `rows` is an expression of JSON."""
    return f"""
      INSERT INTO customer_addresses (workspace_id, kind, value, customer_id, trust, lead, alone)
      SELECT workspace_id, kind, value, customer_id, trust, lead, alone
      FROM jsonb_populate_recordset(CAST(NULL AS customer_addresses), {rows})
      ON CONFLICT (workspace_id, kind, value, customer_id) DO UPDATE
        SET trust = excluded.trust, lead = excluded.lead, alone = excluded.alone
    """  # noqa: S608 — an expression of ours


THERE = text("SELECT id FROM customers WHERE id = ANY(:owners) AND no_person IS NULL ORDER BY id FOR KEY SHARE")
PUT = text(put_rows("CAST(:rows AS jsonb)"))


@value
class Owners:
    """The owners of addresses: which customer leads each, and which are shared."""

    leads: Mapping[tuple[str, Address], str]
    shared: Collection[tuple[str, Address]]


def owners_in(rows: Iterable[Mapping[str, Any]]) -> Owners:
    """Returns the owners that rows of `OWNERS_OF` say."""
    leads: dict[tuple[str, Address], str] = {}
    shared: set[tuple[str, Address]] = set()
    for row in rows:
        key = (row["workspace"], (AddressKind(row["kind"]), row["value"]))
        if row["lead"]:
            leads[key] = row["customer_id"]
        else:
            shared.add(key)
    return Owners(leads, shared)


async def owners_of(session: AsyncSession, addresses: Iterable[tuple[str, Address]]) -> Owners:
    """Returns the owners of addresses, each given with its workspace."""
    wanted = [
        {"workspace": workspace, "kind": kind, "value": value} for workspace, (kind, value) in sorted(set(addresses))
    ]
    found = await session.execute(OWNERS, {"wanted": json.dumps(wanted)})
    return owners_in(dict(row) for row in found.mappings())


async def people(session: AsyncSession, customers: Collection[Customer]) -> list[Person]:
    """Returns customers with their addresses."""
    by_id = {one.id: Person(one.id, one.workspace_id, one.name, one.trust, one.claim) for one in customers}
    if by_id:
        workspaces = {customer.workspace_id for customer in customers}
        table = CustomerAddress
        query = select(table.customer_id, table.kind, table.value, table.trust, table.lead, table.alone)
        for customer, kind, value, trust, lead, alone in await session.execute(
            query.where(table.workspace_id.in_(workspaces), table.customer_id.in_(by_id))
        ):
            by_id[customer].addresses[AddressKind(kind), value] = Ownership(trust, lead, alone)
    return list(by_id.values())


async def write(session: AsyncSession, register: Register) -> None:
    """Writes what has changed. Raises Raced if another transaction has just done the same, or erased one of them."""
    try:
        await put(session, register.rows())
    except IntegrityError as error:
        if not lost_race(error):
            raise
        raise Raced from error


async def put(session: AsyncSession, ownerships: Sequence[tuple[OwnershipKey, Ownership]]) -> None:
    """Writes which customers own which addresses. Raises Raced if one of them is being erased."""
    if ownerships:
        owners = {key[3] for key, _ in ownerships}
        if set(await session.scalars(THERE, {"owners": sorted(owners)})) != owners:
            raise Raced
        await session.execute(PUT, {"rows": json.dumps(rows_of(ownerships))})


def rows_of(ownerships: Iterable[tuple[OwnershipKey, Ownership]]) -> list[dict[str, Any]]:
    """Returns ownerships as rows."""
    return [
        {
            "workspace_id": workspace,
            "kind": kind,
            "value": value,
            "customer_id": customer,
            "trust": ownership.trust,
            "lead": ownership.lead,
            "alone": ownership.alone,
        }
        for (workspace, kind, value, customer), ownership in ownerships
    ]
