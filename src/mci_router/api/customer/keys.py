"""Customer keys over REST: made, listed and revoked."""

from typing import Annotated

from mci_router.access.customer_keys import list_keys, make_key, revoke_key
from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.customer_access import CustomerKeyIn, CustomerKeyMade, CustomerKeyOut, CustomerKeyPage
from mci_router.vocabulary import Trust

router = Router(prefix="/v1/customer-keys", tags=["keys"], responses=RESPONSES)

Keeper = Annotated[Caller, needs(Scope.KEYS_WRITE)]


@router.post("", status_code=201, summary="Make a customer key")
async def post_customer_key(body: CustomerKeyIn, caller: Keeper, parts: Service) -> CustomerKeyMade:
    """Makes a key with which a site of yours signs its customers' tokens, without asking the router each time.

    Who has it can speak for any customer of the workspace, so it takes a key that may assert `authenticated`. A
    secret is shown only this once.
    """
    caller.asserts(Trust.AUTHENTICATED)
    async with parts.database.transaction() as session:
        made = await make_key(session, caller.workspace_id, body.name, body.algorithm, body.public_key)
        facts = {"name": made.name, "algorithm": made.algorithm}
        await audited(session, caller, "customer_key.created", made.id, after=facts)
        shown = CustomerKeyOut.model_validate(made).model_dump()
        return CustomerKeyMade(**shown, secret=made.secret, audience=caller.workspace_id)


@router.get("", summary="List customer keys")
async def list_customer_keys(caller: Keeper, parts: Service) -> CustomerKeyPage:
    """Lists all customer keys of the workspace, revoked ones too, without their secrets."""
    async with parts.database.transaction() as session:
        found = await list_keys(session, caller.workspace_id)
    return CustomerKeyPage(items=[CustomerKeyOut.model_validate(one) for one in found])


@router.delete("/{key_id}", status_code=204, summary="Revoke a customer key")
async def delete_customer_key(key_id: Reference, caller: Keeper, parts: Service) -> None:
    """Revokes the key, and closes the sockets of customers who came by it. Its secret is forgotten.

    Other processes of the service follow within five seconds.
    """
    async with parts.database.transaction() as session:
        if revoked := await revoke_key(session, caller.workspace_id, key_id):
            facts = {"name": revoked.name, "algorithm": revoked.algorithm}
            await audited(session, caller, "customer_key.revoked", key_id, before=facts)
    parts.customer_keys.forget()
    await parts.customer_sessions.check()
