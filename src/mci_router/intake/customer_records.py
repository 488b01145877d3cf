"""Customer records: customers are found by an address or a name, and changed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import AddressTaken, CustomerErased, CustomerMerged, InvalidRequest, NotFound
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.addresses import GivenAddress
from mci_router.intake.identity import MOST_ADDRESSES, STRONGEST_FIRST, Address, Ownership, Person, Register
from mci_router.intake.masking import MaskingPolicy, mask_counted
from mci_router.intake.owners import owners_of, people, write
from mci_router.models import Customer, CustomerAddress
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value
from mci_router.vocabulary import AddressKind, AddressStatus, NoPerson, Trust

MOST_ATTRIBUTES = 50
IS_HERE = Customer.no_person.is_distinct_from(NoPerson.GOING)
NAME_WORDS = func.to_tsvector(text("'simple'"), Customer.name)
# Its lead, or else its first proven owner, leads it. It alone means the lead if nobody else has it, or nothing stronger
# is known.
REASSIGN_LEAD = text(
    """
    WITH holders AS (
      SELECT a.customer_id, a.lead FROM customer_addresses a
      WHERE a.workspace_id = :workspace AND a.kind = :kind AND a.value = :value AND a.trust <> 'claimed'
      ORDER BY a.lead DESC, a.customer_id LIMIT 2),
    leader AS (SELECT customer_id, lead, (SELECT count(*) FROM holders) = 1 AS sole FROM holders LIMIT 1)
    UPDATE customer_addresses a SET lead = true, alone = leader.sole OR (leader.lead AND a.alone AND NOT EXISTS (
      SELECT FROM customer_addresses s WHERE s.workspace_id = a.workspace_id AND s.customer_id = a.customer_id
        AND s.trust <> 'claimed' AND s.kind = ANY(:stronger)))
    FROM leader
    WHERE a.workspace_id = :workspace AND a.kind = :kind AND a.value = :value AND a.customer_id = leader.customer_id
    """
)


@value
class CustomerSearch:
    """A search for customers: all that is given must fit."""

    words: str = ""
    addresses: Mapping[AddressKind, str] = field(default_factory=dict)


@value
class CustomerChange:
    """A change of a customer. `name` counts only if `renamed`; an attribute that is None is removed."""

    renamed: bool = False
    name: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    add: Sequence[tuple[AddressKind, str, Trust]] = ()
    remove: Sequence[tuple[AddressKind, str]] = ()


async def find(
    session: AsyncSession, reader: AddressReader, wanted: CustomerSearch, *, after: str | None, limit: int
) -> list[Customer]:
    """Returns customers, newest first, older than `after`. Those merged into another are not listed."""
    workspace = reader.workspace_id
    query = select(Customer).where(Customer.workspace_id == workspace, Customer.merged_into.is_(None), IS_HERE)
    for kind, sent in wanted.addresses.items():
        query = query.where(Customer.id.in_(_holders(workspace, [(kind, reader.read(kind, sent).value or "")])))
    if wanted.words:
        any_kind = [(kind, reader.read(kind, wanted.words).value or "") for kind in AddressKind]
        meant = (Customer.id == wanted.words) | Customer.id.in_(_holders(workspace, any_kind))
        if words := _prefixes(wanted.words):
            meant |= Customer.name.is_not(None) & NAME_WORDS.op("@@")(func.to_tsquery(text("'simple'"), words))
        query = query.where(meant)
    if after:
        query = query.where(Customer.id < after)
    return list(await session.scalars(query.order_by(Customer.id.desc()).limit(limit)))


def _holders(workspace: str, addresses: Sequence[Address]) -> Any:
    columns = (CustomerAddress.kind, CustomerAddress.value)
    return select(CustomerAddress.customer_id).where(
        CustomerAddress.workspace_id == workspace, tuple_(*columns).in_(addresses)
    )


def _prefixes(words: str) -> str:
    """Returns a search for words that begin with these words. Empty for signs alone."""
    letters = "".join(character if character.isalnum() else " " for character in words)
    return " & ".join(f"{word}:*" for word in letters.split())


async def customer(session: AsyncSession, workspace: str, customer_id: str, *, lock: bool = False) -> Customer:
    """Returns a customer. Raises NotFound."""
    query = select(Customer).where(Customer.workspace_id == workspace, Customer.id == customer_id, IS_HERE)
    row = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    if row is None:
        raise NotFound(f"There is no customer {customer_id!r} in this workspace.")
    return row


async def person(session: AsyncSession, workspace: str, customer_id: str, *, lock: bool = False) -> Customer:
    """Returns a customer who is a person, and no remainder of one who was erased. Raises NotFound, CustomerErased."""
    row = await customer(session, workspace, customer_id, lock=lock)
    if row.no_person:
        raise CustomerErased
    return row


async def shown(session: AsyncSession, customers: Sequence[Customer], *, sensitive: bool) -> list[dict[str, Any]]:
    """Returns customers with their addresses, as `CustomerOut` describes them.

    `sensitive`: the caller may see sensitive contacts; other callers do not see that a customer is vulnerable.
    """
    owned = {person.id: person.addresses for person in await people(session, customers)}
    failing = await _failing(session, list(owned))
    return [
        {
            "id": one.id,
            "name": one.name,
            "attributes": {name: value for name, value in one.attributes.items() if sensitive or name != "vulnerable"},
            "trust": one.trust,
            "addresses": [
                {**_address(address, ownership), "failing_since": failing.get((one.id, *address))}
                for address, ownership in sorted(owned[one.id].items())
            ],
            "merged_into": one.merged_into,
            "created_at": one.created_at,
        }
        for one in customers
    ]


async def _failing(session: AsyncSession, customers: Sequence[str]) -> dict[tuple[str, str, str], datetime]:
    """Returns since when addresses of customers take nothing, of those that do not."""
    row = CustomerAddress
    query = select(row.customer_id, row.kind, row.value, row.failing_since)
    found = await session.execute(query.where(row.customer_id.in_(customers), row.failing_since.is_not(None)))
    return {(customer, kind, value): since for customer, kind, value, since in found if since}


def _address(address: Address, ownership: Ownership) -> dict[str, Any]:
    return {
        "kind": address[0],
        "value": address[1],
        "trust": ownership.trust,
        "alone": ownership.lead and ownership.alone,
    }


async def change(session: AsyncSession, reader: AddressReader, customer_id: str, wanted: CustomerChange) -> Customer:
    """Changes a customer.

    Raises:
        NotFound, CustomerMerged: there is no such customer, or it was merged into another.
        CustomerErased: it is what an erased one has left.
        AddressTaken: an external id is another customer's, or this one has another.
        InvalidRequest: an address names nobody or is unclear, or there are too many.
    """
    row = await person(session, reader.workspace_id, customer_id, lock=True)
    if row.merged_into:
        raise CustomerMerged(merged_into=row.merged_into)
    name, attributes = _masked(reader.spec, wanted)
    if wanted.renamed:
        row.name = name
    kept = {**row.attributes, **attributes}
    row.attributes = {key: value for key, value in kept.items() if value is not None}
    if len(row.attributes) > MOST_ATTRIBUTES:
        raise _invalid("attributes", f"a customer has {MOST_ATTRIBUTES} at most")
    await _remove(session, reader, row, wanted.remove)
    await _add(session, reader, row, wanted.add)
    await session.flush()
    return row


def _masked(spec: WorkspaceSpec, wanted: CustomerChange) -> tuple[str | None, dict[str, Any]]:
    """Returns name and attributes without their secrets, which are kept out of customers as out of contacts."""
    said, _ = mask_counted(
        {"name": wanted.name, "attributes": dict(wanted.attributes)}, MaskingPolicy(**spec.masking.model_dump())
    )
    return said["name"], said["attributes"]


def _invalid(where: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"{where}: {problem}.", errors=[{"where": f"body.{where}", "problem": problem}])


def _address_of(reader: AddressReader, where: str, kind: AddressKind, sent: str) -> Address:
    reading = reader.read(kind, sent)
    if reading.status is not AddressStatus.KEPT or reading.value is None:
        raise _invalid(where, reading.why or "is no address")
    return kind, reading.value


async def _add(
    session: AsyncSession, reader: AddressReader, row: Customer, wanted: Sequence[tuple[AddressKind, str, Trust]]
) -> None:
    addresses = {
        _address_of(reader, f"add.{number}.value", kind, sent): trust
        for number, (kind, sent, trust) in enumerate(wanted)
    }
    if not addresses:
        return
    workspace = row.workspace_id
    owners = await owners_of(session, ((workspace, address) for address in addresses))
    leads = await session.scalars(
        select(Customer).where(Customer.workspace_id == workspace, Customer.id.in_(owners.leads.values()))
    )
    everyone = {one.id: one for one in (*leads, row)}
    register = Register(await people(session, list(everyone.values())), owners.shared)
    person = register.people[row.id]
    for address, trust in addresses.items():
        _give(register, person, address, trust)
    if len(person.addresses) > MOST_ADDRESSES:
        raise _invalid("add", f"a customer has {MOST_ADDRESSES} addresses at most")
    await write(session, register)
    _raise_trust(row, person)


def _give(register: Register, person: Person, address: Address, trust: Trust) -> None:
    known = person.addresses.get(address)
    if address[0] is AddressKind.EXTERNAL_ID and not known:
        if person.has(AddressKind.EXTERNAL_ID):
            raise AddressTaken(
                "This customer has an external id already: remove it first, in the same request if you like."
            )
        if register.lead(person.workspace, address):
            raise AddressTaken("The external id is another customer's: if they are one person, merge them.")
    if trust is not Trust.CLAIMED:
        register.prove(person, address, trust)
    elif not known:
        register.note(person, address)


def _raise_trust(row: Customer, person: Person) -> None:
    """Raises the customer's trust to that of its best address.

    If it is proven, who claims the same is somebody else from now on.
    """
    best = max(
        (ownership.trust for ownership in person.addresses.values()),
        key=lambda trust: trust.rank,
        default=Trust.CLAIMED,
    )
    if best.rank > row.trust.rank:
        row.trust = best
    if row.trust is not Trust.CLAIMED:
        row.claim = None


async def _remove(
    session: AsyncSession, reader: AddressReader, row: Customer, wanted: Sequence[tuple[AddressKind, str]]
) -> None:
    """Removes addresses that the customer has; others are passed over."""
    addresses = sorted({(kind, reader.read(kind, sent).value or sent) for kind, sent in wanted})
    for kind, address in addresses:
        gone = delete(CustomerAddress).where(
            CustomerAddress.workspace_id == row.workspace_id,
            CustomerAddress.kind == kind,
            CustomerAddress.value == address,
            CustomerAddress.customer_id == row.id,
        )
        trust = await session.scalar(gone.returning(CustomerAddress.trust))
        if trust and trust is not Trust.CLAIMED:
            await reassign_lead(session, row.workspace_id, (kind, address))


async def reassign_lead(session: AsyncSession, workspace: str, address: Address) -> None:
    """Decides which customer leads an address after its owners have changed, and whether it alone means that one."""
    kind, value = address
    stronger = [str(one) for one in STRONGEST_FIRST[: STRONGEST_FIRST.index(kind)]]
    await session.execute(REASSIGN_LEAD, {"workspace": workspace, "kind": kind, "value": value, "stronger": stronger})


def mended_identity(reader: AddressReader, identity: Mapping[str, Any], wanted: CustomerChange) -> dict[str, Any]:
    """Returns what a contact claims of its customer, after an agent has changed it."""
    name, attributes = _masked(reader.spec, wanted)
    gone = {(kind, reader.read(kind, sent).value) for kind, sent in wanted.remove}
    new = [GivenAddress(kind, Trust.CLAIMED, reader.read(kind, sent)).data() for kind, sent, _ in wanted.add]
    known = {(one["kind"], one["value"]): one for one in [*identity.get("addresses", []), *new]}
    kept = {**identity.get("attributes", {}), **attributes}
    return {
        "name": name if wanted.renamed else identity.get("name"),
        "attributes": {key: value for key, value in kept.items() if value is not None},
        "addresses": [one for key, one in known.items() if key not in gone],
    }


def snapshot_of(row: Customer, person: Person, cases: Sequence[str]) -> dict[str, Any]:
    """Returns a customer as it is now, so that a later change can be undone."""
    addresses = [
        {"kind": kind, "value": value, **asdict(ownership)}
        for (kind, value), ownership in sorted(person.addresses.items())
    ]
    facts = {"name": row.name, "attributes": row.attributes, "trust": row.trust, "claim": row.claim}
    return {**facts, "addresses": addresses, "cases": list(cases)}
