"""Customers in the ledger: those of a batch are found, made and updated with a few statements, whatever its size."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select, text, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import UnknownCustomer
from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival, IdentifiedCustomer, Raced
from mci_router.intake.identity import Address, Claim, Ownership, OwnershipKey, Person, Register
from mci_router.models import Customer, CustomerAddress
from mci_router.vocabulary import AddressKind, Trust

# Two rows of an address say all: which customer leads it, and whether others have it as well.
OWNERS = text(
    """
    SELECT w.workspace, w.kind, w.value, owner.customer_id, owner.trust, owner.lead, owner.alone
    FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w(workspace text, kind text, value text)
    CROSS JOIN LATERAL (
      SELECT a.customer_id, a.trust, a.lead, a.alone FROM customer_addresses a
      WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.value AND a.trust <> 'claimed'
      ORDER BY a.lead DESC LIMIT 2) AS owner
    """
)

# Where two forms would meet, the older one stays as it is.
RENEW = text(
    """
    UPDATE customer_addresses a SET value = w.value
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS w(workspace text, kind text, value text, former text)
    WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.former
      AND NOT EXISTS (
        SELECT FROM customer_addresses b WHERE b.workspace_id = w.workspace AND b.kind = w.kind AND b.value = w.value)
    """
)


@dataclass(frozen=True, slots=True)
class Owners:
    """The owners of the addresses of a batch: which customer leads each, and which addresses are shared."""

    leads: Mapping[tuple[str, Address], str]
    ownerships: Mapping[tuple[str, Address], Ownership]
    shared: Collection[tuple[str, Address]]


async def identify(session: AsyncSession, arrivals: Sequence[Arrival]) -> list[IdentifiedCustomer | Exception]:
    """Returns the customer of each arrival, found or made, and updated; UnknownCustomer for an id that does not exist.

    Raises Raced when another process makes one of them at the same time.
    """
    await _renew(session, arrivals)
    claims = [_claim(arrival) for arrival in arrivals]
    owners = await owners_of(
        session, ((claim.workspace, (one.kind, str(one.value))) for claim in claims for one in claim.proven)
    )
    customers = await _load(session, claims, owners)
    register = Register(await _people(session, claims, customers, owners), owners.shared)
    results: list[IdentifiedCustomer | Exception] = []
    for claim, arrival in zip(claims, arrivals, strict=True):
        known = register.settle(_survivor(claim, customers), new_id("customer"))
        if known is None:
            results.append(UnknownCustomer(f"There is no customer {claim.id!r} in this workspace."))
        else:
            first = known.person.id not in customers
            who = IdentifiedCustomer(customers.setdefault(known.person.id, _made(known.person)), known.trust)
            if first or who.proven:
                _learn(who, known.person, arrival)
            results.append(who)
    await write(session, register, [customer for customer in customers.values() if register.people[customer.id].fresh])
    return results


def _claim(arrival: Arrival) -> Claim:
    customer, workspace = arrival.customer, arrival.workspace_id
    return Claim(workspace, customer.addresses, customer.id, customer.name, customer.id_trust, customer.key)


async def _renew(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    """Gives addresses that an older version stored in another form today's form, so that their customers are found."""
    rows = [
        {
            "workspace": arrival.workspace_id,
            "kind": one.kind,
            "value": one.value,
            "former": arrival.customer.formerly[one.kind],
        }
        for arrival in arrivals
        for one in arrival.customer.addresses
        if one.kind in arrival.customer.formerly
    ]
    if rows:
        await session.execute(RENEW, {"rows": json.dumps(rows)})


def _survivor(claim: Claim, customers: Mapping[str, Customer]) -> Claim:
    """Returns the claim, with the customer it names replaced by the one that customer was merged into."""
    named = customers.get(claim.id or "")
    while named and named.merged_into and named.workspace_id == claim.workspace:
        claim, named = replace(claim, id=named.merged_into), customers.get(named.merged_into)
    return claim


async def owners_of(session: AsyncSession, addresses: Iterable[tuple[str, Address]]) -> Owners:
    """Returns the owners of addresses, each given with its workspace."""
    wanted = [
        {"workspace": workspace, "kind": kind, "value": value} for workspace, (kind, value) in sorted(set(addresses))
    ]
    leads: dict[tuple[str, Address], str] = {}
    ownerships: dict[tuple[str, Address], Ownership] = {}
    shared: set[tuple[str, Address]] = set()
    for workspace, kind, value, customer, trust, lead, alone in (
        await session.execute(OWNERS, {"wanted": json.dumps(wanted)}) if wanted else ()
    ):
        key = (workspace, (AddressKind(kind), value))
        if lead:
            leads[key], ownerships[key] = customer, Ownership(Trust(trust), lead, alone)
        else:
            shared.add(key)
    return Owners(leads, ownerships, shared)


async def _load(session: AsyncSession, claims: Sequence[Claim], owners: Owners) -> dict[str, Customer]:
    """Returns the customers that the claims may mean, by id."""
    workspaces = {claim.workspace for claim in claims}
    ours = select(Customer).where(Customer.workspace_id.in_(workspaces))
    named = {claim.id for claim in claims if claim.id}
    keys = {(claim.workspace, claim.key) for claim in claims if claim.key and not claim.proven}
    by_id: dict[str, Customer] = {}
    if joined := _joined_by_a_new_id(claims, owners):
        # Two external ids that reach one customer at once are handled one after the other.
        locked = ours.where(Customer.id.in_(joined)).order_by(Customer.id).with_for_update(key_share=True)
        by_id |= {customer.id: customer for customer in await session.scalars(locked)}
    if rest := (named | set(owners.leads.values())) - set(by_id):
        by_id |= {customer.id: customer for customer in await session.scalars(ours.where(Customer.id.in_(rest)))}
    if keys:
        query = select(Customer).where(tuple_(Customer.workspace_id, Customer.claim).in_(sorted(keys)))
        by_id |= {customer.id: customer for customer in await session.scalars(query)}
    while merged := {customer.merged_into for customer in by_id.values() if customer.merged_into} - set(by_id):
        by_id |= {customer.id: customer for customer in await session.scalars(ours.where(Customer.id.in_(merged)))}
    return by_id


def _joined_by_a_new_id(claims: Sequence[Claim], owners: Owners) -> set[str]:
    joined: set[str] = set()
    for claim in claims:
        keys = [(claim.workspace, (one.kind, str(one.value))) for one in claim.proven]
        if keys and keys[0][1][0] is AddressKind.EXTERNAL_ID and keys[0] not in owners.leads:
            joined |= {owners.leads[key] for key in keys if key in owners.leads}
    return joined


async def _people(
    session: AsyncSession, claims: Sequence[Claim], customers: Mapping[str, Customer], owners: Owners
) -> list[Person]:
    """Returns the customers with the addresses that decide.

    Where all addresses of a claim lead to one customer, these are enough.
    """
    asked = {owner for claim in claims for owner in _asked_of(claim, owners)} & set(customers)
    known = await people(session, [customers[owner] for owner in asked])
    rest = {one.id: _person(one) for one in customers.values() if one.id not in asked}
    for (key, owner), ownership in zip(owners.leads.items(), owners.ownerships.values(), strict=True):
        if owner in rest:
            rest[owner].addresses[key[1]] = ownership
    return [*known, *rest.values()]


def _asked_of(claim: Claim, owners: Owners) -> set[str]:
    """Returns the customers whose other addresses matter to a claim."""
    leads = {owners.leads.get((claim.workspace, (one.kind, one.value or ""))) for one in claim.addresses if one.value}
    settled = len(leads) == 1 and len(claim.proven) == len(claim.addresses) and not claim.id
    return {claim.id or "", *filter(None, leads)} if not settled else set()


def _person(customer: Customer) -> Person:
    return Person(customer.id, customer.workspace_id, customer.name, customer.trust, customer.claim)


async def people(session: AsyncSession, customers: Collection[Customer]) -> list[Person]:
    """Returns customers with their addresses."""
    by_id = {one.id: _person(one) for one in customers}
    if by_id:
        workspaces = {customer.workspace_id for customer in customers}
        table = CustomerAddress
        query = select(table.customer_id, table.kind, table.value, table.trust, table.lead, table.alone)
        for customer, kind, value, trust, lead, alone in await session.execute(
            query.where(table.workspace_id.in_(workspaces), table.customer_id.in_(by_id))
        ):
            by_id[customer].addresses[AddressKind(kind), value] = Ownership(trust, lead, alone)
    return list(by_id.values())


def _made(person: Person) -> Customer:
    return Customer(id=person.id, workspace_id=person.workspace, trust=person.trust, claim=person.claim, attributes={})


def _learn(who: IdentifiedCustomer, person: Person, arrival: Arrival) -> None:
    """Updates a customer with what a proven contact says; a claim changes only the customer that it makes."""
    customer, claimed = who.customer, arrival.customer
    if who.trust.rank > customer.trust.rank:
        customer.trust = person.trust = who.trust
    if claimed.name:
        customer.name = person.name = claimed.name
    if claimed.attributes:
        customer.attributes = {**customer.attributes, **claimed.attributes}


def _in_order(customer: Customer) -> tuple[str, str, str]:
    """Returns the key by which customers are written, so that no two batches that make the same claims deadlock."""
    return customer.workspace_id, customer.claim or "", customer.id


async def write(session: AsyncSession, register: Register, fresh: Sequence[Customer]) -> None:
    """Writes what has changed. Raises Raced if another process has just done the same."""
    try:
        await put(session, register.rows())
        in_order: list[Customer] = sorted(fresh, key=_in_order)
        session.add_all(in_order)
        await session.flush()
    except IntegrityError as error:
        raise Raced from error


async def put(session: AsyncSession, ownerships: Sequence[tuple[OwnershipKey, Ownership]]) -> None:
    """Writes which customers own which addresses."""
    rows = [
        {"workspace_id": workspace, "kind": kind, "value": value, "customer_id": customer, **asdict(ownership)}
        for (workspace, kind, value, customer), ownership in ownerships
    ]
    if rows:
        insert = upsert(CustomerAddress)
        key = ["workspace_id", "kind", "value", "customer_id"]
        written = {name: insert.excluded[name] for name in ("trust", "lead", "alone")}
        await session.execute(insert.on_conflict_do_update(index_elements=key, set_=written), rows)
