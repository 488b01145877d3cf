"""Customer identity: one person over many addresses. Works on a batch with a few statements, whatever its size."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import UnknownCustomer
from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival, Raced
from mci_router.models import Customer, CustomerAddress

KINDS = ("external_id", "email", "phone")
"""Kinds of address, the one most trusted first: it decides when two addresses lead to different customers."""

Address: TypeAlias = tuple[str, str, str]
"""Workspace, kind, value."""


async def identify(session: AsyncSession, arrivals: Sequence[Arrival]) -> list[Customer | Exception]:
    """The customer of each arrival, found or made, with what it told about itself; UnknownCustomer for an id that is not there.

    Raises Raced when another process makes one of them at the same time.
    """
    owners = await _owners(session, [address for arrival in arrivals for address in _known_by(arrival)])
    known = await _load(session, [owner for arrival in arrivals if (owner := _owner(arrival, owners))])
    customers = _assign(arrivals, dict(owners), known)
    await _claim(session, arrivals, customers, owners)
    session.add_all({customer.id: customer for customer in customers if customer}.values())
    results: list[Customer | Exception] = []
    for arrival, customer in zip(arrivals, customers, strict=True):
        if customer is None:
            results.append(UnknownCustomer(f"There is no customer {arrival.customer.id!r} in this workspace."))
        else:
            results.append(_learn(customer, arrival))
    await session.flush()
    return results


def _addresses(arrival: Arrival) -> list[Address]:
    addresses = arrival.customer.addresses
    return [(arrival.workspace_id, kind, addresses[kind]) for kind in KINDS if kind in addresses]


def _known_by(arrival: Arrival) -> list[Address]:
    """Its addresses, each also as an older version stored it."""
    claim = arrival.customer
    return [(arrival.workspace_id, kind, known[kind]) for kind in KINDS for known in (claim.addresses, claim.formerly) if kind in known]


def _owner(arrival: Arrival, owners: Mapping[Address, str]) -> str | None:
    return arrival.customer.id or next((owners[address] for address in _known_by(arrival) if address in owners), None)


async def _owners(session: AsyncSession, addresses: Collection[Address]) -> dict[Address, str]:
    if not addresses:
        return {}
    columns = (CustomerAddress.workspace_id, CustomerAddress.kind, CustomerAddress.value)
    found = await session.execute(select(*columns, CustomerAddress.customer_id).where(tuple_(*columns).in_(sorted(set(addresses)))))
    return {(workspace, kind, value): customer for workspace, kind, value, customer in found}


async def _load(session: AsyncSession, ids: Collection[str]) -> dict[str, Customer]:
    if not ids:
        return {}
    return {customer.id: customer for customer in await session.scalars(select(Customer).where(Customer.id.in_(ids)))}


def _assign(arrivals: Sequence[Arrival], owners: dict[Address, str], known: Mapping[str, Customer]) -> list[Customer | None]:
    """The customer of each arrival, known or fresh, also when two arrivals of one batch share it; None for a wrong id."""
    customers: list[Customer | None] = []
    everyone = dict(known)
    for arrival in arrivals:
        owner = _owner(arrival, owners)
        customer = everyone.get(owner) if owner else None
        if customer and customer.workspace_id != arrival.workspace_id:
            customer = None
        elif customer is None and not arrival.customer.id:
            customer = Customer(id=new_id("customer"), workspace_id=arrival.workspace_id, attributes={})
        customers.append(customer)
        if customer:
            everyone[customer.id] = customer
            for address in _addresses(arrival):
                owners.setdefault(address, customer.id)
    return customers


async def _claim(
    session: AsyncSession,
    arrivals: Sequence[Arrival],
    customers: Sequence[Customer | None],
    before: Mapping[Address, str],
) -> None:
    """Writes the addresses not known before. Sorted, so that two batches cannot deadlock.

    Raises Raced if another process has given one of them to its own customer meanwhile.
    """
    wanted: dict[Address, str] = {}
    for arrival, customer in zip(arrivals, customers, strict=True):
        for address in _addresses(arrival) if customer else []:
            if customer and address not in before:
                wanted.setdefault(address, customer.id)
    if not wanted:
        return
    rows = [
        {"workspace_id": workspace, "kind": kind, "value": value, "customer_id": wanted[workspace, kind, value]}
        for workspace, kind, value in sorted(wanted)
    ]
    written = await session.execute(upsert(CustomerAddress).on_conflict_do_nothing().returning(CustomerAddress.value), rows)
    if len(written.all()) < len(rows):
        raise Raced


def _learn(customer: Customer, arrival: Arrival) -> Customer:
    if arrival.customer.name:
        customer.name = arrival.customer.name
    if arrival.customer.attributes:
        customer.attributes = {**customer.attributes, **arrival.customer.attributes}
    return customer
