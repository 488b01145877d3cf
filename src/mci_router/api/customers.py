"""Customers: found, changed, merged where two turn out to be one, and split again."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import audited
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.customers import CustomerOut, CustomerPage, CustomerPatch, MergeIn, MergeOut, SplitOut
from mci_router.errors import EngineUnavailable
from mci_router.intake import customer_records as records
from mci_router.intake import merging
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.customer_events import CustomerEvents
from mci_router.models import Customer, CustomerMerge
from mci_router.vocabulary import AddressKind

router = Router(prefix="/v1/customers", tags=["customers"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CUSTOMERS_READ)]
Writer = Annotated[Caller, needs(Scope.CUSTOMERS_WRITE)]
Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]
Sought = Annotated[str | None, Query(min_length=1, max_length=254)]
"""An address. An empty one is refused: a program that lost it must not be answered with everybody."""


@router.get("", summary="Find customers", responses=PAGED)
async def list_customers(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    q: Annotated[
        str, Query(max_length=254, description="The beginning of words of the name, a whole address, or an id.")
    ] = "",
    email: Sought = None,
    phone: Annotated[Sought, Query(description="In any form, like that of a contact.")] = None,
    external_id: Sought = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CustomerPage:
    """Lists customers that match all parameters, newest first. Addresses are compared like those of contacts."""
    given = {AddressKind.EMAIL: email, AddressKind.PHONE: phone, AddressKind.EXTERNAL_ID: external_id}
    wanted = records.CustomerSearch(q.strip(), {kind: value for kind, value in given.items() if value})
    reader = AddressReader(await parts.snapshots.get(caller.workspace_id), parts.fingerprints)
    async with parts.database.reading() as session:
        found = await records.find(session, reader, wanted, after=cursor, limit=limit + 1)
        items, following = paged(request, response, found, limit)
        return CustomerPage(items=await _shown(session, caller, *items), next_cursor=following)


@router.get("/{customer_id}", summary="Read a customer")
async def get_customer(customer_id: Reference, caller: Reader, parts: Service) -> CustomerOut:
    """Returns the customer and its addresses; `merged_into` says into which customer it was merged."""
    async with parts.database.reading() as session:
        (shown,) = await _shown(session, caller, await records.customer(session, caller.workspace_id, customer_id))
        return shown


@router.patch("/{customer_id}", summary="Change a customer")
async def patch_customer(customer_id: Reference, body: CustomerPatch, caller: Writer, parts: Service) -> CustomerOut:
    """Changes name, attributes and addresses.

    You may give an address at most the trust of your key. An external id belongs to one customer only.
    """
    for address in body.add:
        caller.asserts(address.trust)
    reader = AddressReader(await parts.snapshots.get(caller.workspace_id), parts.fingerprints)
    async with parts.database.transaction() as session:
        changed = await records.change(session, reader, customer_id, change_of(body))
        (shown,) = await _shown(session, caller, changed)
        return shown


def change_of(body: CustomerPatch) -> records.CustomerChange:
    """Returns the change that the body asks for."""
    return records.CustomerChange(
        renamed="name" in body.model_fields_set,
        name=body.name,
        attributes=body.attributes,
        add=[(address.kind, address.value, address.trust) for address in body.add],
        remove=[(address.kind, address.value) for address in body.remove],
    )


@router.post("/{customer_id}/merge", summary="Merge a customer into another")
async def merge_customer(customer_id: Reference, body: MergeIn, caller: Supervisor, parts: Service) -> MergeOut:
    """Merges the customer into `into`: they are one person.

    Addresses, cases and contacts move to `into`, and later contacts with the old id or an address belong to it.
    `split` undoes the merge.
    """
    async with parts.database.transaction() as session:
        before = await merging.summaries_of(session, caller.workspace_id, (customer_id, body.into))
        made = await merging.merge(session, caller.workspace_id, customer_id, body.into, f"key:{caller.key_id}")
        await merging.note(session, made, "merged", before)
        await _audited(session, caller, "customer.merged", made, before)
    await _publish(parts, caller)
    return MergeOut.model_validate(made)


@router.post("/{customer_id}/split", summary="Split merged customers")
async def split_customer(customer_id: Reference, caller: Supervisor, parts: Service) -> SplitOut:
    """Undoes a merge: each customer has its addresses and its cases again.

    Call it with the customer that was merged, or with the one that it was merged into: then it undoes the latest merge.
    A case that came since then goes with the address by which it came; addresses that were added since then stay.
    """
    async with parts.database.transaction() as session:
        before = await merging.summaries_of_merge(session, caller.workspace_id, customer_id)
        merge, cases = await merging.split(session, caller.workspace_id, customer_id, f"key:{caller.key_id}")
        await merging.note(session, merge, "split", before)
        await _audited(session, caller, "customer.split", merge, before)
    await _publish(parts, caller)
    return SplitOut.model_validate(
        {**MergeOut.model_validate(merge).model_dump(), "split_at": merge.split_at, "cases": cases}
    )


async def _audited(
    session: AsyncSession, caller: Caller, action: str, merge: CustomerMerge, before: Mapping[str, Any]
) -> None:
    after = await merging.summaries_of(session, caller.workspace_id, (merge.customer_id, merge.into_id))
    facts = {"into": merge.into_id, "merge": merge.id}
    await audited(session, caller, action, merge.customer_id, before=before, after={**after, **facts})


async def _publish(parts: Parts, caller: Caller) -> None:
    """Publishes the events at once if the live state can be reached; else the service does so later."""
    with contextlib.suppress(EngineUnavailable):
        await CustomerEvents(parts.database, parts.engine).publish(caller.workspace_id)


async def _shown(session: AsyncSession, caller: Caller, *customers: Customer) -> list[CustomerOut]:
    return [
        CustomerOut.model_validate(one)
        for one in await records.shown(session, customers, sensitive=sees_sensitive(caller))
    ]
