"""Customers as the law gives them rights: exported, and erased."""

import asyncio
import contextlib
from functools import partial
from typing import Annotated, Any

from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import of_whole_customer
from mci_router.api.auditing import audited
from mci_router.api.export_stream import Export, begun
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.privacy import EraseIn, ErasureOut, described
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, NotFound
from mci_router.models import Erasure
from mci_router.privacy.exporting import Exporter

router = Router(prefix="/v1/customers", tags=["customers"], responses=RESPONSES)

JSON = "application/json"
LONGEST_WAIT_S = 20  # for an erasure that was begun
EXPORTED: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {"schema": described()}}}}

Exporting = Annotated[Caller, needs(*of_whole_customer(Scope.CUSTOMERS_EXPORT))]
Eraser = Annotated[Caller, needs(*of_whole_customer(Scope.CUSTOMERS_ERASE))]


@router.get(
    "/{customer_id}/export",
    response_class=StreamingResponse,
    response_model=None,
    responses=EXPORTED,
    summary="Export a customer",
)
async def export_customer(customer_id: Reference, caller: Exporting, parts: Service) -> Export:
    """Answers with everything that the workspace holds of the person, as one document: addresses, cases, contacts with
    their decisions, messages with internal notes, files by name and id, answers, runs, posts, and what was merged.

    It is written as it is read, so that its length does not matter; what breaks off has no end. A key has one export
    under way.
    """
    pieces = Exporter(parts.database).export(caller.workspace_id, customer_id)
    answer = await begun(parts, caller, pieces, JSON, f"customer-{customer_id}.json")
    async with parts.database.transaction() as session:
        await audited(session, caller, "customer.exported", customer_id)
    return answer


@router.post("/{customer_id}/erase", summary="Erase a customer")
async def erase_customer(customer_id: Reference, body: EraseIn, caller: Eraser, parts: Service) -> ErasureOut:
    """Removes all that the person wrote, and all by which the person can be found: for good, also of customers who were
    merged into this one. Cases and contacts stay, empty, with their times and topics, so that reports stay true.

    When this answers, nothing leads to the person any longer: sessions are over, and who writes from the same address
    is a new customer. With `erasing`, the rest follows by itself. A second request answers the same.
    """
    erasure = await parts.erasures.begin(
        caller.workspace_id, customer_id, f"key:{caller.key_id}", partial(_note, caller, body.reason)
    )
    await parts.customer_sessions.check()
    with contextlib.suppress(EngineUnavailable, DatabaseUnavailable, TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT_S):  # what is broken off is done again
            await parts.erasures.go_on(erasure.id)
    return await _shown(parts, caller, customer_id)


@router.get("/{customer_id}/erasure", summary="Read how far a customer is erased")
async def get_customer_erasure(customer_id: Reference, caller: Eraser, parts: Service) -> ErasureOut:
    """Says when a customer was erased, or that it is under way."""
    return await _shown(parts, caller, customer_id)


async def _note(caller: Caller, reason: str, session: AsyncSession, erasure: Erasure) -> None:
    merged = [one for one in erasure.customers if one != erasure.customer_id]
    after = {"merged": merged} if merged else None
    await audited(session, caller, "customer.erased", erasure.customer_id, after=after, reason=reason)


async def _shown(parts: Parts, caller: Caller, customer: str) -> ErasureOut:
    found = await parts.erasures.find(caller.workspace_id, customer)
    if found is None:
        raise NotFound(f"Nobody has asked to erase a customer {customer!r} of this workspace.")
    merged = [one for one in found.customers if one != found.customer_id]
    return ErasureOut.model_validate(
        {
            "customer_id": found.customer_id,
            "merged": merged,
            "left_id": found.left_id,
            "state": found.state,
            "asked_at": found.asked_at,
            "erased_at": found.erased_at,
        }
    )
