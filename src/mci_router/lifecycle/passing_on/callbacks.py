"""Callbacks: a waiting customer hangs up and keeps the place in line; an agent who accepts the contact calls back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.lines.places import place_of
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.models import Contact, CustomerAddress
from mci_router.routing.calls import CallResult, Status
from mci_router.routing.engine import Engine
from mci_router.routing.policy.routes import Route
from mci_router.vocabulary import AddressKind, Outcome, Trust


class Callbacks:
    """Notes that customers want to be called back: in the live state, and in the ledger, for a rebuild."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch

    async def request(self, workspace: str, contact_id: str, phone: str | None) -> tuple[Contact, Route | None]:
        """Notes that a waiting customer wants to be called, at `phone` or else at a number we know.

        A later call may change it. Returns the contact and its place in line, None if it is known to none.

        Raises:
            NotFound, WrongState: there is no such contact, or it does not wait for an agent.
        """
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            contact = current.contact
            result = await self._request(contact)
            state = result.state or contact.state
            if result.status is not Status.OK:
                raise WrongState(
                    f"The contact is {state}: only one that waits for an agent can be called back.", state=state
                )
            contact.callback_at = contact.callback_at or utc_now()
            contact.callback_phone = phone or contact.callback_phone or await _known_phone(session, contact)
            place = await place_of(self._engine, await self._snapshots.get(workspace), current)
        contact.state = state
        return contact, place

    async def _request(self, contact: Contact) -> CallResult:
        result = await self._engine.request_callback(contact.workspace_id, contact.id)
        if result.status is Status.UNKNOWN and not contact.state.final and contact.outcome is Outcome.AGENT:
            await self._dispatch.send(await self._snapshots.get(contact.workspace_id), contact)
            result = await self._engine.request_callback(contact.workspace_id, contact.id)
        return result


async def _known_phone(session: AsyncSession, contact: Contact) -> str | None:
    """Returns a number of the customer's; for a mere claim, the number that came with it."""
    if contact.trust is Trust.CLAIMED:
        given = contact.identity.get("addresses", [])
        return next(
            (address["value"] for address in given if address["kind"] == AddressKind.PHONE and address["value"]), None
        )
    return await session.scalar(
        select(CustomerAddress.value)
        .where(
            CustomerAddress.workspace_id == contact.workspace_id,
            CustomerAddress.customer_id == contact.customer_id,
            CustomerAddress.kind == "phone",
        )
        .order_by(CustomerAddress.trust == Trust.CLAIMED, CustomerAddress.value)
        .limit(1)
    )
