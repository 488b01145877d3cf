"""Verifying: an agent, or the company's own system, has made sure who the customer of a contact is. Kept for the contact's case.

From then on the case's contacts show that customer's history, and their addresses count as verified at the desk. Nothing is added to the
customer: what holds for this conversation need not hold for the next one that claims the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import CustomerUnclear, UnknownCustomer, WrongState
from mci_router.lifecycle.open_contact import locked
from mci_router.lifecycle.placing import Placing
from mci_router.models import Case, Contact, Customer, CustomerAddress
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.vocabulary import Trust

MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Verified:
    """Who the customer of a contact has been found to be."""

    id: str
    case_id: str
    customer_id: str
    verified_at: datetime


class Verification:
    """Notes it in the ledger, and has the journal told."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, placing: Placing) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._placing = placing

    async def verify(self, workspace: str, contact_id: str, by: str, customer_id: str | None = None, *, any_customer: bool) -> Verified:
        """The contact's customer is who it claims to be, or `customer_id`. `any_customer`: also one that has none of its addresses.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended.
            UnknownCustomer, CustomerUnclear: no such customer can be meant, or several can.
        """
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            await self._must_be_open(contact)
            case = (await session.scalars(select(Case).where(Case.id == contact.case_id).with_for_update())).one()
            case.verified_as = await _whom(session, contact, customer_id, any_customer=any_customer)
            case.verified_at, case.verified_by = utc_now(), by
            await session.flush()
        await self._tell(contact, by)
        return Verified(contact_id, case.id, case.verified_as, case.verified_at)

    async def _must_be_open(self, contact: Contact) -> None:
        live = await self._engine.contact(contact.workspace_id, contact.id)
        state = live.state if live else contact.state
        if state.final:
            raise WrongState(f"The contact is {state}: only an open one can be verified.", state=state)

    async def _tell(self, contact: Contact, by: str) -> None:
        """After the ledger has it, for a desk that hears of it looks there. One that has ended meanwhile is no news."""
        standing = await self._engine.verify(contact.workspace_id, contact.id, by)
        if standing.status is Status.UNKNOWN:
            await self._placing.place(await self._snapshots.get(contact.workspace_id), contact)
            await self._engine.verify(contact.workspace_id, contact.id, by)


async def _whom(session: AsyncSession, contact: Contact, wanted: str | None, *, any_customer: bool) -> str:
    if contact.trust is not Trust.CLAIMED and wanted in (None, contact.customer_id):
        return contact.customer_id
    candidates = await candidates_of(session, contact)
    if wanted is None:
        if len(candidates) > 1:
            raise CustomerUnclear(candidates=list(candidates))
        return next(iter(candidates), contact.customer_id)
    if wanted not in (*candidates, contact.customer_id) and not (any_customer and await _is_there(session, contact.workspace_id, wanted)):
        raise UnknownCustomer(f"There is no customer {wanted!r} who can be meant.")
    return wanted


async def candidates_of(session: AsyncSession, contact: Contact) -> Sequence[str]:
    """Customers to whom one of the contact's addresses is proven to belong."""
    told = [(one["kind"], one["value"]) for one in contact.identity.get("addresses", []) if one["value"]]
    if not told:
        return []
    query = select(CustomerAddress.customer_id).where(
        CustomerAddress.workspace_id == contact.workspace_id,
        tuple_(CustomerAddress.kind, CustomerAddress.value).in_(told),
        CustomerAddress.trust != Trust.CLAIMED,
    )
    return (await session.scalars(query.distinct().order_by(CustomerAddress.customer_id).limit(MOST_CANDIDATES))).all()


async def _is_there(session: AsyncSession, workspace: str, customer_id: str) -> bool:
    query = select(Customer.id).where(Customer.workspace_id == workspace, Customer.id == customer_id, Customer.merged_into.is_(None))
    return await session.scalar(query) is not None


async def names_of(session: AsyncSession, workspace: str, customers: Sequence[str]) -> list[dict[str, str | None]]:
    """What an agent needs to tell customers apart."""
    query = select(Customer.id, Customer.name).where(Customer.workspace_id == workspace, Customer.id.in_(customers))
    return [{"id": found, "name": name} for found, name in await session.execute(query.order_by(Customer.id))]
