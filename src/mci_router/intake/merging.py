"""Merging: two customers turn out to be one; splitting makes them two again, as they were, each with its own cases.

Addresses, cases and their contacts go over to the customer who stays. The merge keeps what is needed to undo it. A case
that came after it goes back with the address by which it came.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import CustomerMerged, InvalidRequest, NotFound, NotMerged, UnknownCustomer
from mci_router.ids import new_id
from mci_router.insight.results import judge_customers
from mci_router.intake.customer_records import IS_HERE, customer, reassign_lead, snapshot_of
from mci_router.intake.identity import Address, Ownership, Person
from mci_router.intake.merged_cases import cases_of, move_cases, return_cases
from mci_router.intake.owners import people, put
from mci_router.models import Case, Customer, CustomerAddress, CustomerMerge
from mci_router.vocabulary import AddressKind, Trust

MOST_IN_EVENT = 100  # cases in an event


async def merge(session: AsyncSession, workspace: str, customer_id: str, into_id: str, by: str) -> CustomerMerge:
    """Merges a customer into another.

    Raises:
        NotFound, UnknownCustomer, CustomerMerged: one of them does not exist, or was merged before.
        InvalidRequest: they are the same, or one is what an erased customer has left.
    """
    if customer_id == into_id:
        raise InvalidRequest(
            "A customer cannot be merged into itself.", errors=[{"where": "body.into", "problem": "the same"}]
        )
    goes, stays = await _both(session, workspace, customer_id, into_id)
    gone, kept = await _persons(session, goes, stays)
    cases = {one.id: await cases_of(session, one) for one in (goes, stays)}
    before = {
        one.id: snapshot_of(one, person, [case.id for case in cases[one.id]])
        for one, person in ((goes, gone), (stays, kept))
    }
    moved = await move_cases(session, goes, stays, cases[goes.id], cases[stays.id])
    await _move_addresses(session, gone, kept)
    stays.name = stays.name or goes.name
    stays.attributes = {**goes.attributes, **stays.attributes}
    stays.trust = max(goes.trust, stays.trust, key=lambda trust: trust.rank)
    stays.claim = stays.claim if stays.trust is Trust.CLAIMED else None
    goes.claim, goes.merged_into = None, stays.id
    made = CustomerMerge(
        id=new_id("merge"),
        workspace_id=workspace,
        customer_id=goes.id,
        into_id=stays.id,
        before=before,
        moved=moved,
        merged_at=utc_now(),
        merged_by=by,
    )
    session.add(made)
    await session.flush()
    await judge_customers(session, workspace, [stays.id])
    return made


async def _both(session: AsyncSession, workspace: str, customer_id: str, into_id: str) -> tuple[Customer, Customer]:
    """Returns both customers, locked, always in the same order."""
    locked = select(Customer).where(Customer.workspace_id == workspace, Customer.id.in_([customer_id, into_id]))
    locked = locked.where(IS_HERE).order_by(Customer.id).with_for_update(key_share=True)
    rows = {one.id: one for one in await session.scalars(locked)}
    goes = rows.get(customer_id) or await customer(session, workspace, customer_id)
    if into_id not in rows:
        raise UnknownCustomer(f"There is no customer {into_id!r} in this workspace.")
    if goes.no_person or rows[into_id].no_person:
        raise InvalidRequest(
            "One of them is what an erased customer has left, which is nobody.",
            errors=[{"where": "body.into", "problem": "an erased customer is merged with nobody"}],
        )
    for one in (goes, rows[into_id]):
        if one.merged_into:
            raise CustomerMerged(f"Customer {one.id} was merged into {one.merged_into}.", merged_into=one.merged_into)
    return goes, rows[into_id]


async def _persons(session: AsyncSession, *customers: Customer) -> list[Person]:
    persons = {person.id: person for person in await people(session, customers)}
    return [persons[one.id] for one in customers]


async def _move_addresses(session: AsyncSession, gone: Person, kept: Person) -> None:
    await _drop(session, gone, gone.addresses)
    for address, ownership in gone.addresses.items():
        kept.addresses[address] = _together(ownership, kept.addresses.get(address))
    await _put(session, kept, gone.addresses)
    await _reassign_leads(session, kept, gone.addresses)


def _together(one: Ownership, other: Ownership | None) -> Ownership:
    if other is None:
        return one
    return Ownership(
        max(one.trust, other.trust, key=lambda trust: trust.rank), one.lead or other.lead, one.alone or other.alone
    )


async def _drop(session: AsyncSession, person: Person, addresses: Collection[Address]) -> None:
    table = CustomerAddress
    gone = delete(table).where(table.workspace_id == person.workspace, table.customer_id == person.id)
    await session.execute(gone.where(tuple_(table.kind, table.value).in_(list(addresses))))


async def _put(session: AsyncSession, person: Person, addresses: Collection[Address]) -> None:
    await put(
        session, [((person.workspace, *address, person.id), person.addresses[address]) for address in sorted(addresses)]
    )


async def _reassign_leads(session: AsyncSession, person: Person, addresses: Collection[Address]) -> None:
    for address in sorted(addresses):
        if person.addresses[address].trust is not Trust.CLAIMED:
            await reassign_lead(session, person.workspace, address)


async def split(session: AsyncSession, workspace: str, customer_id: str, by: str) -> tuple[CustomerMerge, list[str]]:
    """Splits a merged customer from the other again.

    `customer_id` is either of the two; for the one who stayed, of the latest merge.

    Raises:
        NotFound, NotMerged: there is no such customer, or it is not merged.
        CustomerMerged: the customer it was merged into was itself merged since: split that first.

    Returns the merge, and the ids of the cases that went back.
    """
    await customer(session, workspace, customer_id)
    merged = await _open_merge(session, workspace, customer_id)
    goes, stays = await _parted(session, merged)
    before, after = merged.before[goes.id], merged.before[stays.id]
    await _return_addresses(session, goes, stays, before, after)
    cases = await return_cases(session, merged, goes, stays, before, after)
    await _return_facts(session, goes, stays, before, after)
    merged.split_at, merged.split_by = utc_now(), by
    await session.flush()
    await judge_customers(session, workspace, [goes.id, stays.id])
    return merged, cases


async def _open_merge(session: AsyncSession, workspace: str, customer_id: str) -> CustomerMerge:
    query = (
        select(CustomerMerge)
        .where(CustomerMerge.workspace_id == workspace, CustomerMerge.split_at.is_(None))
        .with_for_update()
    )
    merged = await session.scalar(query.where(CustomerMerge.customer_id == customer_id))
    if merged is None:
        merged = await session.scalar(
            query.where(CustomerMerge.into_id == customer_id).order_by(CustomerMerge.id.desc()).limit(1)
        )
    if merged is None:
        raise NotMerged
    return merged


async def _parted(session: AsyncSession, merged: CustomerMerge) -> tuple[Customer, Customer]:
    ids = [merged.customer_id, merged.into_id]
    locked = select(Customer).where(Customer.workspace_id == merged.workspace_id, Customer.id.in_(ids))
    locked = locked.where(Customer.no_person.is_(None))
    both = {one.id: one for one in await session.scalars(locked.order_by(Customer.id).with_for_update(key_share=True))}
    if len(both) < len(ids):
        raise NotFound("The customer was erased meanwhile.")
    goes, stays = (both[one] for one in ids)
    if stays.merged_into:
        raise CustomerMerged(
            f"Customer {stays.id} was merged into {stays.merged_into}: split these first.",
            merged_into=stays.merged_into,
        )
    goes.merged_into = None
    await session.flush()
    return goes, stays


async def _return_addresses(
    session: AsyncSession, goes: Customer, stays: Customer, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Gives addresses back that the customer had before, without those removed since.

    The lead of an address stays as it is now.
    """
    person, kept = await _persons(session, goes, stays)
    own, shared = _addresses_of(before), _addresses_of(after)
    back = {address: ownership for address, ownership in own.items() if address in kept.addresses}
    await _drop(session, kept, back)
    for address, ownership in back.items():
        leads = kept.addresses.pop(address).lead
        person.addresses[address] = replace(ownership, lead=ownership.lead and leads, alone=ownership.alone and leads)
        if had := shared.get(address):
            kept.addresses[address] = replace(had, lead=had.lead and leads, alone=had.alone and leads)
    await _put(session, kept, back.keys() & shared.keys())
    await _put(session, person, back)
    await _reassign_leads(session, person, back)


def _addresses_of(side: Mapping[str, Any]) -> dict[Address, Ownership]:
    return {
        (AddressKind(one["kind"]), one["value"]): Ownership(Trust(one["trust"]), one["lead"], one["alone"])
        for one in side["addresses"]
    }


async def _return_facts(
    session: AsyncSession, goes: Customer, stays: Customer, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Takes from the customer who stays what it has from the other alone; it keeps what was learnt since."""
    if after["name"] is None and stays.name == before["name"]:
        stays.name = None
    lent = {name: value for name, value in before["attributes"].items() if name not in after["attributes"]}
    stays.attributes = {name: value for name, value in stays.attributes.items() if lent.get(name, _NOTHING) != value}
    (kept,) = await _persons(session, stays)
    known = [Trust(after["trust"]), *(ownership.trust for ownership in kept.addresses.values())]
    stays.trust = max(known, key=lambda trust: trust.rank)
    for one, was in ((goes, before), (stays, after)):
        if (
            was["claim"]
            and one.trust is Trust.CLAIMED
            and not await _is_claimed(session, one.workspace_id, was["claim"])
        ):
            one.claim = was["claim"]


_NOTHING = object()


async def _is_claimed(session: AsyncSession, workspace: str, claim: str) -> bool:
    return (
        await session.scalar(select(Customer.id).where(Customer.workspace_id == workspace, Customer.claim == claim))
        is not None
    )


async def summaries_of(session: AsyncSession, workspace: str, ids: Collection[str]) -> dict[str, Any]:
    """Returns customers as an event describes them, without anybody's words: kinds of addresses, and cases."""
    rows = await session.scalars(select(Customer).where(Customer.workspace_id == workspace, Customer.id.in_(ids)))
    return {person.id: await _summary(session, person) for person in await people(session, rows.all())}


async def summaries_of_merge(session: AsyncSession, workspace: str, customer_id: str) -> dict[str, Any]:
    """Returns both customers of the merge that a split would undo. Raises NotFound, NotMerged."""
    await customer(session, workspace, customer_id)
    merged = await _open_merge(session, workspace, customer_id)
    return await summaries_of(session, workspace, (merged.customer_id, merged.into_id))


async def note(session: AsyncSession, merged: CustomerMerge, event: str, before: Mapping[str, Any]) -> None:
    """Notes an event of a merge, to be journalled once the ledger has it."""
    after = await summaries_of(session, merged.workspace_id, (merged.customer_id, merged.into_id))
    data = {"into": merged.into_id, "merge": merged.id, "before": before, "after": after}
    merged.untold = [*(merged.untold or []), {"event": event, "told": data}]
    await session.flush()


async def _summary(session: AsyncSession, person: Person) -> dict[str, Any]:
    query = (
        select(Case.id)
        .where(Case.workspace_id == person.workspace, Case.customer_id == person.id)
        .order_by(Case.id.desc())
    )
    cases = list(await session.scalars(query.limit(MOST_IN_EVENT)))
    lists = {
        "addresses": sorted(f"{kind}:{ownership.trust}" for (kind, _), ownership in person.addresses.items()),
        "cases": cases,
    }
    return {name: values for name, values in lists.items() if values}
