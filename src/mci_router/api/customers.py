"""Customers: looked up, mended, merged where two turn out to be one, and split again."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.customers import CustomerOut, CustomerPage, CustomerPatch, MergeIn, MergeOut, SplitOut
from mci_router.errors import EngineUnavailable
from mci_router.intake import customer_records as records
from mci_router.intake import merging
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.customer_events import CustomerEvents
from mci_router.models import Customer, CustomerMerge
from mci_router.vocabulary import AddressKind

router = APIRouter(prefix="/v1/customers", tags=["customers"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CUSTOMERS_READ)]
Writer = Annotated[Caller, needs(Scope.CUSTOMERS_WRITE)]
Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]
Sought = Annotated[str, Query(max_length=254)]


@router.get("", summary="Find customers", responses=PAGED)
async def list_customers(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    q: Annotated[
        str, Query(max_length=254, description="What words of the name begin with, a whole address, or an id.")
    ] = "",
    email: Sought = "",
    phone: Annotated[str, Query(max_length=254, description="In any form: as a contact's.")] = "",
    external_id: Sought = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CustomerPage:
    """Customers to whom all of it fits, newest first. Addresses are compared as those of contacts are."""
    given = {AddressKind.EMAIL: email, AddressKind.PHONE: phone, AddressKind.EXTERNAL_ID: external_id}
    wanted = records.CustomerSearch(q.strip(), {kind: value for kind, value in given.items() if value})
    reader = AddressReader(await parts.snapshots.get(caller.workspace_id), parts.fingerprints)
    async with parts.database.transaction() as session:
        found = await records.find(session, reader, wanted, after=cursor, limit=limit + 1)
        items, following = paged(request, response, found, limit)
        return CustomerPage(items=await _shown(session, caller, *items), next_cursor=following)


@router.get("/{customer_id}", summary="Read a customer")
async def get_customer(customer_id: Reference, caller: Reader, parts: Service) -> CustomerOut:
    """The customer and its addresses; one that was merged says into whom."""
    async with parts.database.transaction() as session:
        (found,) = await _shown(session, caller, await records.customer(session, caller.workspace_id, customer_id))
        return found


@router.patch("/{customer_id}", summary="Change a customer")
async def patch_customer(customer_id: Reference, body: CustomerPatch, caller: Writer, parts: Service) -> CustomerOut:
    """Changes name, attributes and addresses.

    An address may be given with your key's trust at most; an external id is one customer's.
    """
    for address in body.add:
        caller.asserts(address.trust)
    reader = AddressReader(await parts.snapshots.get(caller.workspace_id), parts.fingerprints)
    async with parts.database.transaction() as session:
        changed = await records.change(session, reader, customer_id, change_of(body))
        (found,) = await _shown(session, caller, changed)
        return found


def change_of(body: CustomerPatch) -> records.CustomerChange:
    """What the body asks for."""
    return records.CustomerChange(
        renamed="name" in body.model_fields_set,
        name=body.name,
        attributes=body.attributes,
        add=[(address.kind, address.value, address.trust) for address in body.add],
        remove=[(address.kind, address.value) for address in body.remove],
    )


@router.post("/{customer_id}/merge", summary="Merge a customer into another")
async def merge_customer(customer_id: Reference, body: MergeIn, caller: Supervisor, parts: Service) -> MergeOut:
    """They are one person: addresses, cases and contacts go over to `into`, and whoever comes by the id or an address
    is that one.

    `split` makes them two again.
    """
    async with parts.database.transaction() as session:
        before = await merging.summaries_of(session, caller.workspace_id, (customer_id, body.into))
        made = await merging.merge(session, caller.workspace_id, customer_id, body.into, f"key:{caller.key_id}")
        await merging.note(session, made, "merged", before)
        await _audited(session, caller, "customer.merged", made, before)
    await _tell(parts, caller)
    return MergeOut.model_validate(made)


@router.post("/{customer_id}/split", summary="Split merged customers")
async def split_customer(customer_id: Reference, caller: Supervisor, parts: Service) -> SplitOut:
    """They are two after all: each has its addresses and its cases again. Of the one who stayed it undoes the latest
    merge.

    A case that came since goes with the address by which it came; addresses that were given since stay.
    """
    async with parts.database.transaction() as session:
        before = await merging.summaries_of_merge(session, caller.workspace_id, customer_id)
        found, cases = await merging.split(session, caller.workspace_id, customer_id, f"key:{caller.key_id}")
        await merging.note(session, found, "split", before)
        await _audited(session, caller, "customer.split", found, before)
    await _tell(parts, caller)
    return SplitOut.model_validate(
        {**MergeOut.model_validate(found).model_dump(), "split_at": found.split_at, "cases": cases}
    )


async def _audited(
    session: AsyncSession, caller: Caller, action: str, merge: CustomerMerge, before: Mapping[str, Any]
) -> None:
    after = await merging.summaries_of(session, caller.workspace_id, (merge.customer_id, merge.into_id))
    facts = {"into": merge.into_id, "merge": merge.id}
    await audited(session, caller, action, merge.customer_id, before=before, after={**after, **facts})


async def _tell(parts: Parts, caller: Caller) -> None:
    """At once if the live state can be reached, or else in a while."""
    with contextlib.suppress(EngineUnavailable):
        await CustomerEvents(parts.database, parts.engine).publish(caller.workspace_id)


async def _shown(session: AsyncSession, caller: Caller, *customers: Customer) -> list[CustomerOut]:
    return [
        CustomerOut.model_validate(one)
        for one in await records.shown(session, customers, sensitive=sees_sensitive(caller))
    ]
