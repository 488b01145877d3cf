"""Files of a customer: removed, all of them, where the customer asks for that."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.attachments.removal import erase
from mci_router.errors import CustomerMerged
from mci_router.intake import customer_records as records

router = Router(prefix="/v1/customers", tags=["customers"], responses=RESPONSES)

Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]


@router.delete("/{customer_id}/attachments", status_code=204, summary="Remove all files of a customer")
async def delete_customer_attachments(customer_id: Reference, caller: Supervisor, parts: Service) -> None:
    """Removes all files beside messages of the customer's cases, also those that agents sent, and those that the
    customer has uploaded. Their links are dead at once, and their bytes go within seconds; the words stay. Idempotent.

    One who was merged into another has no cases any longer: name the other, or split them first.
    """
    async with parts.database.transaction() as session:
        customer = await records.customer(session, caller.workspace_id, customer_id)
        if into := customer.merged_into:
            raise CustomerMerged(f"Customer {customer_id} was merged into {into}, who has the cases.", merged_into=into)
        await erase(session, caller.workspace_id, customer_id)
        await audited(session, caller, "customer.attachments_erased", customer_id)
