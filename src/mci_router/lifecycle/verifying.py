"""Verifying: an agent, or the company's own system, has made sure who the customer of a contact is.

It applies to the contact's case.

From then on the case's contacts show that customer's history, and their addresses count as verified at the desk.
Nothing is added to the customer: the next contact that claims the same may come from somebody else.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import CustomerUnclear, UnknownCustomer, WrongState
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.rows import locked
from mci_router.models import Case, Contact, Customer, CustomerAddress
from mci_router.routing.calls import Status
from mci_router.routing.engine import Engine
from mci_router.values import value
from mci_router.vocabulary import Trust

MOST_CANDIDATES = 10


@value
class Verified:
    """The customer whom a contact has been verified to be of."""

    id: str
    case_id: str
    customer_id: str
    verified_at: datetime


class Verifications:
    """Records verifications in the ledger, and journals them."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch

    async def verify(
        self,
        workspace: str,
        contact_id: str,
        by: str,
        customer_id: str | None = None,
        *,
        any_customer: bool,
        note: Note | None = None,
    ) -> Verified:
        """Records that the contact is of the customer it claims, or of `customer_id`.

        `any_customer`: also one who has none of its addresses.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended.
            UnknownCustomer, CustomerUnclear: no such customer can be meant, or several can.
        """
        async with self._database.command() as session:
            contact = await locked(session, workspace, contact_id)
            await self._must_be_open(contact)
            case = (await session.scalars(select(Case).where(Case.id == contact.case_id).with_for_update())).one()
            before, case.verified_as = (
                case.verified_as,
                await _whom(session, contact, customer_id, any_customer=any_customer),
            )
            case.verified_at, case.verified_by = utc_now(), by
            await session.flush()
            if note:
                await note.record(session, {"customer": before}, after={"customer": case.verified_as})
        await self._journal(contact, by)
        return Verified(contact_id, case.id, case.verified_as, case.verified_at)

    async def _must_be_open(self, contact: Contact) -> None:
        live = await self._engine.contact(contact.workspace_id, contact.id)
        state = live.state if live else contact.state
        if state.final:
            raise WrongState(f"The contact is {state}: only an open one can be verified.", state=state)

    async def _journal(self, contact: Contact, by: str) -> None:
        """Journals it once the ledger has it, for a desk that gets the entry reads the ledger.

        A contact that has ended is left out.
        """
        result = await self._engine.verify(contact.workspace_id, contact.id, by)
        if result.status is Status.UNKNOWN:
            await self._dispatch.send(await self._snapshots.get(contact.workspace_id), contact)
            await self._engine.verify(contact.workspace_id, contact.id, by)


async def _whom(session: AsyncSession, contact: Contact, wanted: str | None, *, any_customer: bool) -> str:
    if contact.trust is not Trust.CLAIMED and wanted in (None, contact.customer_id):
        return contact.customer_id
    candidates = await candidates_of(session, contact)
    if wanted is None:
        if len(candidates) > 1:
            raise CustomerUnclear(candidates=list(candidates))
        return next(iter(candidates), contact.customer_id)
    if wanted not in (*candidates, contact.customer_id) and not (
        any_customer and await _is_there(session, contact.workspace_id, wanted)
    ):
        raise UnknownCustomer(f"There is no customer {wanted!r} who can be meant.")
    return wanted


async def candidates_of(session: AsyncSession, contact: Contact) -> Sequence[str]:
    """Returns the customers to whom one of the contact's addresses is proven to belong."""
    given = [
        (address["kind"], address["value"]) for address in contact.identity.get("addresses", []) if address["value"]
    ]
    if not given:
        return []
    query = select(CustomerAddress.customer_id).where(
        CustomerAddress.workspace_id == contact.workspace_id,
        tuple_(CustomerAddress.kind, CustomerAddress.value).in_(given),
        CustomerAddress.trust != Trust.CLAIMED,
    )
    return (await session.scalars(query.distinct().order_by(CustomerAddress.customer_id).limit(MOST_CANDIDATES))).all()


async def _is_there(session: AsyncSession, workspace: str, customer_id: str) -> bool:
    query = select(Customer.id).where(
        Customer.workspace_id == workspace,
        Customer.id == customer_id,
        Customer.merged_into.is_(None),
        Customer.no_person.is_(None),
    )
    return await session.scalar(query) is not None


async def names_of(session: AsyncSession, workspace: str, customers: Sequence[str]) -> list[dict[str, str | None]]:
    """Returns id and name of each customer, for an agent to choose from."""
    query = select(Customer.id, Customer.name).where(Customer.workspace_id == workspace, Customer.id.in_(customers))
    return [{"id": customer, "name": name} for customer, name in await session.execute(query.order_by(Customer.id))]
