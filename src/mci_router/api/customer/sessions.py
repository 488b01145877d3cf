"""Customers' sessions over REST: a server of yours asks for a token, and hands it to its customer's browser."""

from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.customer_sessions import end_sessions
from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.customer_access import SessionIn, SessionOut
from mci_router.clock import utc_now
from mci_router.errors import CustomerUnproven, TrustMissing
from mci_router.intake import customer_records as records
from mci_router.models import Customer
from mci_router.vocabulary import Trust

router = Router(prefix="/v1/customers", tags=["customers"], responses=RESPONSES)

Maker = Annotated[Caller, needs(Scope.SESSIONS_WRITE)]
MOST_MERGES = 20


@router.post("/{customer_id}/session", status_code=201, summary="Open a session for a customer")
async def post_customer_session(
    customer_id: Reference, caller: Maker, parts: Service, body: SessionIn | None = None
) -> SessionOut:
    """Makes a short-lived token for one customer, who sees with it the own cases and nothing else.

    Hand it to the browser of a customer who is signed in at your site. It becomes invalid when the key that made it is
    revoked, or the customer's sessions are ended.
    """
    wanted = body or SessionIn()
    if wanted.trust is Trust.CLAIMED:
        raise TrustMissing("A session shows a customer's cases: who only claims to be somebody gets none.")
    caller.asserts(wanted.trust)
    async with parts.database.transaction() as session:
        named = (await _merged(session, caller.workspace_id, customer_id))[-1]
        customer = await records.person(session, caller.workspace_id, named.id)
    if customer.trust is Trust.CLAIMED:
        raise CustomerUnproven
    identity = CustomerIdentity(caller.workspace_id, customer.id, caller.key_id, wanted.trust, utc_now())
    ttl_s = wanted.expires_s or parts.settings.customer_session_ttl_s
    token, expires_at = parts.customer_tokens.make(identity, ttl_s)
    return SessionOut(customer_id=customer.id, token=token, trust=wanted.trust, expires_at=expires_at)


@router.delete("/{customer_id}/session", status_code=204, summary="End a customer's sessions")
async def delete_customer_session(customer_id: Reference, caller: Maker, parts: Service) -> None:
    """Ends all sessions of the customer: every token that was made until now is refused, also those that a site has
    signed, and open sockets are closed. Idempotent.

    Other processes of the service follow within five seconds.
    """
    async with parts.database.transaction() as session:
        for customer in await _merged(session, caller.workspace_id, customer_id):
            await end_sessions(session, caller.workspace_id, customer.id)
        await audited(session, caller, "customer.sessions_ended", customer_id)
    await parts.customer_sessions.check()


async def _merged(session: AsyncSession, workspace: str, customer_id: str) -> list[Customer]:
    """Returns the customer, and those whom this one was merged into, the last of whom is in force. Raises NotFound."""
    found = [await records.customer(session, workspace, customer_id)]
    while (following := found[-1].merged_into) and len(found) < MOST_MERGES:
        found.append(await records.customer(session, workspace, following))
    return found
