"""Opt-outs: what every sender asks before it sends, and what people change for customers who tell them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.schemas.contacts import normal_phone
from mci_router.api.schemas.opt_outs import Address, OptOutIn, OptOutPage
from mci_router.intake import opt_outs
from mci_router.storable import storable

router = APIRouter(prefix="/v1/opt-outs", tags=["contacts"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.get("", response_model=OptOutPage, summary="Ask whether an address is opted out")
async def get_opt_outs(address: Annotated[Address, Query()], caller: Reader, parts: Service) -> Any:
    """Before anything is sent to a customer who has not just asked for it."""
    async with parts.database.transaction() as session:
        return {"items": await opt_outs.look_up(session, caller.workspace_id, _forms(storable(address)))}


@router.post("", response_model=OptOutPage, summary="Opt an address out, or in again")
async def post_opt_out(body: OptOutIn, caller: Writer, parts: Service) -> Any:
    """For a customer who says so by telephone or on a page. Safe to repeat."""
    async with parts.database.transaction() as session:
        found = await opt_outs.say(session, parts.engine, caller.workspace_id, _forms(body.address), opted_out=body.opted_out)
    return {"items": found}


def _forms(address: str) -> dict[str, str]:
    """The address by each kind that it may be, as intake keeps it."""
    forms = {"external_id": address, "email": address.lower()}
    try:
        return {**forms, "phone": normal_phone(address)}
    except ValueError:
        return forms
