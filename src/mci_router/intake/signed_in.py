"""Customers who are signed in at a site of the workspace: found by the site's own id of them, or made.

They are identified as by a contact: the id is proven, an address only if the site says that it has verified it.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.database_errors import Raced, lost_race
from mci_router.errors import NotAuthenticated
from mci_router.ids import new_id
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.addresses import GivenAddress
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.identity import Claim, Person, Register
from mci_router.intake.masking import mask
from mci_router.intake.owners import owners_of, people, write
from mci_router.models import Customer
from mci_router.values import value
from mci_router.vocabulary import AddressKind, AddressStatus, Trust

TRIES = 3


@value
class SignedIn:
    """What a site says of a customer who is signed in there; each address with whether the site has verified it."""

    external_id: str
    name: str | None = None
    email: tuple[str, bool] | None = None
    phone: tuple[str, bool] | None = None


def signed_in_as(fingerprints: Fingerprints, workspace: str, external_id: str) -> str:
    """Returns a fingerprint of whom a site signs for, by the id as it is kept: it outlives a customer who is erased."""
    return fingerprints.of(f"{workspace} signed in", external_id)


async def customer_of(database: Database, reader: AddressReader, said: SignedIn) -> str:
    """Returns the id of the customer, who is made if there is none. Writes nothing if nothing is new.

    Raises NotAuthenticated if the site's id is none, such as `guest`, DatabaseUnavailable.
    """
    claim = Claim(reader.workspace_id, _addresses(reader, said), name=said.name and mask(said.name).text)
    for _ in range(TRIES - 1):
        try:
            return await _settled(database, claim)
        except Raced:  # another socket of the same customer was first
            continue
    return await _settled(database, claim)


def _addresses(reader: AddressReader, said: SignedIn) -> Sequence[GivenAddress]:
    own = reader.read(AddressKind.EXTERNAL_ID, said.external_id)
    if own.status is not AddressStatus.KEPT:
        raise NotAuthenticated("`sub` of the customer token names nobody: it is your own id of the customer.")
    given = [GivenAddress(AddressKind.EXTERNAL_ID, Trust.AUTHENTICATED, own)]
    for kind, sent in ((AddressKind.EMAIL, said.email), (AddressKind.PHONE, said.phone)):
        if sent:
            reading, verified = reader.read(kind, sent[0]), sent[1]
            proven = verified and reading.status is AddressStatus.KEPT
            given.append(GivenAddress(kind, Trust.AUTHENTICATED if proven else Trust.CLAIMED, reading))
    return given


async def _settled(database: Database, claim: Claim) -> str:
    async with database.transaction() as session:
        owners = await owners_of(
            session, ((claim.workspace, (one.kind, str(one.value))) for one in claim.addresses if one.proven)
        )
        mine = Customer.workspace_id == claim.workspace
        known = select(Customer).where(mine, Customer.id.in_(owners.leads.values()), Customer.no_person.is_(None))
        rows = (await session.scalars(known.order_by(Customer.id).with_for_update(read=True, key_share=True))).all()
        register = Register(await people(session, rows), owners.shared)
        identified = register.settle(claim, new_id("customer"))
        assert identified is not None  # it names no id of ours  # noqa: S101
        person = identified.person
        await _keep(session, person, next((row for row in rows if row.id == person.id), None), claim)
        await write(session, register)
        return person.id


async def _keep(session: AsyncSession, person: Person, row: Customer | None, claim: Claim) -> None:
    """Writes the customer where something is new."""
    if row is None:
        made = Customer(
            id=person.id,
            workspace_id=person.workspace,
            name=claim.name,
            attributes={},
            trust=Trust.AUTHENTICATED,
            created_at=utc_now(),
        )
        session.add(made)
    elif claim.name and row.name != claim.name:
        row.name = claim.name
    if row is not None and row.trust is Trust.CLAIMED:
        row.trust, row.claim = Trust.AUTHENTICATED, None
    try:
        await session.flush()
    except IntegrityError as error:
        if not lost_race(error):
            raise
        raise Raced from error
