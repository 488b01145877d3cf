"""Verification: the company's system has made sure who the customer of a contact is."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import knows_customers
from mci_router.api.auditing import noted
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.customers import Verification, VerifiedOut
from mci_router.vocabulary import Trust

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)


@router.post("/{contact_id}/verify", summary="Say that the customer is verified")
async def post_verify(
    contact_id: Reference,
    caller: Annotated[Caller, needs(Scope.CONTACTS_WRITE)],
    parts: Service,
    body: Verification | None = None,
) -> VerifiedOut:
    """Verifies the customer of a contact for its case: the desk then shows the history.

    The key must have the trust `verified`. Agents who have asked the agreed questions verify at the desk. The answer
    has the customer only for a key that may read sensitive contacts. Idempotent.
    """
    caller.asserts(Trust.VERIFIED)
    wanted = body.customer_id if body else None
    by, note = f"key:{caller.key_id}", noted(caller, "contact.verified", contact_id, None)
    verified = await parts.verification.verify(
        caller.workspace_id, contact_id, by, wanted, any_customer=True, note=note
    )
    if knows_customers(caller):
        return VerifiedOut.model_validate(verified)
    return VerifiedOut(id=verified.id, customer_id=wanted, verified_at=verified.verified_at)
