"""Opt-outs: every sender asks for them before it sends, and people change them for customers."""

from typing import Annotated

from fastapi import Query

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.opt_outs import Address, OptOutIn, OptOutPage
from mci_router.intake import opt_outs
from mci_router.intake.address_reading import AddressReader
from mci_router.storable import storable
from mci_router.vocabulary import AddressKind

router = Router(prefix="/v1/opt-outs", tags=["contacts"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.get("", summary="Ask whether an address is opted out")
async def get_opt_outs(address: Annotated[Address, Query()], caller: Reader, parts: Service) -> OptOutPage:
    """Returns whether an address is opted out: ask before you send a customer what they have not just asked for."""
    forms = await _forms(parts, caller.workspace_id, storable(address))
    async with parts.database.transaction() as session:
        return OptOutPage.model_validate({"items": await opt_outs.look_up(session, caller.workspace_id, forms)})


@router.post("", summary="Opt an address out, or in again")
async def post_opt_out(body: OptOutIn, caller: Writer, parts: Service) -> OptOutPage:
    """Opts an address out, or in again, for a customer who asks for it by telephone or on a page. Idempotent."""
    forms = await _forms(parts, caller.workspace_id, body.address)
    async with parts.database.transaction() as session:
        found = await opt_outs.say(session, parts.engine, caller.workspace_id, forms, opted_out=body.opted_out)
        for kind, customer in [(one.kind, customer) for one in found for customer in one.changed]:
            facts = [{"address_kind": kind, "opted_out": said} for said in (not body.opted_out, body.opted_out)]
            action = "customer.opted_out" if body.opted_out else "customer.opted_in"
            await audited(session, caller, action, customer, before=facts[0], after=facts[1])
    return OptOutPage.model_validate({"items": found})


async def _forms(parts: Parts, workspace: str, address: str) -> dict[str, str]:
    """Returns the address in the form that intake keeps, by each kind that it may be."""
    reader = AddressReader(await parts.snapshots.get(workspace), parts.fingerprints)
    read = {kind: reader.read(kind, address) for kind in AddressKind}
    return {kind: reading.value for kind, reading in read.items() if reading.value}
